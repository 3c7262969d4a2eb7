package dev.hopmeter.aggregator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The settings with their defaults, but for some. */
final class TestSettings {

    private TestSettings() {}

    /** With these, each as {@code name=value}. */
    static AggregatorProperties of(String... settings) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            values.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("hopmeter.aggregator", AggregatorProperties.class);
    }
}
