package dev.hopmeter.spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties in files and on the command line: whether anything that Spring Boot documents, or a record of ours, is of
 * that name. Boot itself binds what it knows and says nothing of the rest.
 */
final class SpringParts implements EffectiveParts {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private final ApplicationContext context;
    private final ConfigurableEnvironment environment;

    SpringParts(ApplicationContext context, ConfigurableEnvironment environment) {
        this.context = context;
        this.environment = environment;
    }

    @Override
    public List<EffectivePart> parts() {
        Names names = Names.documented(SpringParts.class.getClassLoader());
        PropertyRecords.records(context).keySet().forEach(names::addEverythingBelow);
        names.add("hopmeter.leash", null);
        TreeSet<String> given = new TreeSet<>();
        environment.getPropertySources().forEach(source -> {
            if ((source instanceof OriginTrackedMapPropertySource || source instanceof CommandLinePropertySource<?>)
                    && source instanceof EnumerablePropertySource<?> enumerable) {
                given.addAll(List.of(enumerable.getPropertyNames()));
            }
        });
        return List.of(names.part(given, name -> environment.getProperty(name, "")));
    }

    /** The names that somebody reads. */
    static final class Names {

        private final Map<ConfigurationPropertyName, @Nullable String> single = new HashMap<>();
        private final List<ConfigurationPropertyName> open = new ArrayList<>();

        /** Those of Boot's own description of its properties. */
        static Names documented(ClassLoader loader) {
            Names names = new Names();
            JsonMapper json = JsonMapper.builder().build();
            try {
                for (URL file : Collections.list(loader.getResources(METADATA))) {
                    try (InputStream in = file.openStream()) {
                        for (JsonNode property : json.readTree(in).path("properties")) {
                            names.addDocumented(property);
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Boot's description of its properties cannot be read", e);
            }
            return names;
        }

        private void addDocumented(JsonNode property) {
            String name = property.path("name").asString("");
            String type = property.path("type").asString("");
            JsonNode usual = property.path("defaultValue");
            add(name, usual.isValueNode() ? usual.asString() : null);
            if (type.startsWith("java.util.") || type.endsWith("[]")) {
                addEverythingBelow(name);
            }
        }

        void add(String name, @Nullable String usual) {
            single.put(ConfigurationPropertyName.adapt(name, '.'), usual);
        }

        /** As below a map, whose keys are anybody's. */
        void addEverythingBelow(String name) {
            open.add(ConfigurationPropertyName.adapt(name, '.'));
        }

        /** What of that is read by somebody, with its value and documented default, and what is not. */
        EffectivePart part(Iterable<String> given, UnaryOperator<String> values) {
            EffectivePart part = new EffectivePart("spring");
            for (String each : given) {
                ConfigurationPropertyName name = ConfigurationPropertyName.adapt(each, '.');
                if (single.containsKey(name) || open.stream().anyMatch(above -> above.isAncestorOf(name))) {
                    part.setting(each, values.apply(each), single.get(name));
                } else {
                    part.unknown(each);
                }
            }
            return part;
        }
    }
}
