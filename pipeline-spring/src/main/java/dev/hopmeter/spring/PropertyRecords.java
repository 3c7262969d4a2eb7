package dev.hopmeter.spring;

import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ReflectionUtils;

/** The records of our own properties, as bound, beside what is bound where nothing is given. */
final class PropertyRecords implements EffectiveParts {

    private static final String OURS = "hopmeter";

    private final ApplicationContext context;

    PropertyRecords(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public List<EffectivePart> parts() {
        EffectivePart part = new EffectivePart("properties");
        records(context).forEach((prefix, bound) -> read(part, prefix, bound));
        return List.of(part);
    }

    /** Each record by its prefix. */
    static Map<String, Record> records(ApplicationContext context) {
        Map<String, Record> records = new TreeMap<>();
        context.getBeansWithAnnotation(ConfigurationProperties.class).forEach((name, bean) -> {
            ConfigurationProperties annotation = bean.getClass().getAnnotation(ConfigurationProperties.class);
            if (annotation != null
                    && bean instanceof Record bound
                    && annotation.prefix().startsWith(OURS + ".")) {
                records.put(annotation.prefix(), bound);
            }
        });
        return records;
    }

    private static void read(EffectivePart part, String prefix, Record bound) {
        Record usual;
        try {
            usual = new Binder(new MapConfigurationPropertySource()).bindOrCreate(prefix, bound.getClass());
        } catch (BindException e) {
            part.untold(prefix, "its defaults: " + e.getMessage());
            usual = bound;
        }
        for (RecordComponent component : bound.getClass().getRecordComponents()) {
            String name = prefix + "." + DataObjectPropertyName.toDashedForm(name(component));
            @Nullable Object value = value(component, bound);
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, each) -> part.setting(name + "." + key, each, null));
            } else {
                part.setting(name, value, value(component, usual));
            }
        }
    }

    /** A component cannot be called as some methods of every object are; then it says what it is called. */
    private static String name(RecordComponent component) {
        Field field = ReflectionUtils.findField(component.getDeclaringRecord(), component.getName());
        Name given = field == null ? null : field.getAnnotation(Name.class);
        return given == null ? component.getName() : given.value();
    }

    private static @Nullable Object value(RecordComponent component, Record of) {
        ReflectionUtils.makeAccessible(component.getAccessor());
        return ReflectionUtils.invokeMethod(component.getAccessor(), of);
    }
}
