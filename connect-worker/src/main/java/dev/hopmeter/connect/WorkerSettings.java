package dev.hopmeter.connect;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.rest.ConnectRestExtension;
import org.apache.kafka.connect.rest.ConnectRestExtensionContext;

/**
 * Adds to Connect's REST interface what Connect itself shows to nobody: the settings that the worker and its connectors'
 * producers run with, at {@code /hopmeter/settings}.
 *
 * <p>Named in the worker's properties, by which Connect makes it, hence public.
 */
public final class WorkerSettings implements ConnectRestExtension {

    private final Map<String, String> given = new TreeMap<>();

    /** Made by Connect. */
    public WorkerSettings() {}

    @Override
    public void configure(Map<String, ?> settings) {
        settings.forEach((name, value) -> given.put(name, String.valueOf(value)));
    }

    @Override
    public void register(ConnectRestExtensionContext context) {
        context.configurable().register(new SettingsResource(given));
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void close() {}
}
