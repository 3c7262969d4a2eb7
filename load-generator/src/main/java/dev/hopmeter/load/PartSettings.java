package dev.hopmeter.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one part of a stack says of its settings: each value beside its default, what it was given and does not know, and what
 * cannot be asked. Secrets are masked on the way in. For one thread.
 */
final class PartSettings {

    private final Map<String, Setting> settings = new TreeMap<>();
    private final TreeSet<String> unknown = new TreeSet<>();
    private final Map<String, String> untold = new TreeMap<>();
    private boolean silent;

    /**
     * One setting.
     *
     * @param usual what it is where nobody sets it; null if that is nothing, or not known
     * @param source where the value comes from, in the part's own words; empty if it does not say
     */
    record Setting(@Nullable String value, @Nullable String usual, boolean differs, String source) {
        Map<String, Object> node(boolean marked) {
            Map<String, Object> node = new LinkedHashMap<>();
            put(node, "value", value);
            put(node, "default", usual);
            if (marked) {
                node.put("differs", differs);
            }
            if (!source.isEmpty()) {
                node.put("source", source);
            }
            return node;
        }

        @SuppressWarnings("NullAway") // a map of Jackson's, which writes null
        private static void put(Map<String, Object> node, String name, @Nullable String text) {
            node.put(name, text);
        }
    }

    /** Adds a setting, which differs if its value is not its default. */
    PartSettings add(String name, @Nullable String value, @Nullable String usual, String source) {
        return add(name, new Setting(value, usual, !Objects.equals(value, usual), source));
    }

    /** Adds a setting as its part marks it. */
    PartSettings add(String name, Setting setting) {
        settings.put(
                name,
                new Setting(
                        masked(name, setting.value()),
                        masked(name, setting.usual()),
                        setting.differs(),
                        setting.source()));
        return this;
    }

    /** Adds a setting that was given to the part and that it does not know. */
    PartSettings unknown(String name) {
        unknown.add(name);
        return this;
    }

    /** Adds what cannot be asked, and why. */
    PartSettings untold(String what, String why) {
        untold.put(what, "not to be asked: " + why);
        return this;
    }

    /** A part that tells nothing at all, and why. */
    static PartSettings silent(String what, String why) {
        PartSettings part = new PartSettings().untold(what, why);
        part.silent = true;
        return part;
    }

    /** Whether it was asked and told nothing at all. */
    boolean isSilent() {
        return silent;
    }

    Map<String, Setting> settings() {
        return settings;
    }

    TreeSet<String> unknown() {
        return unknown;
    }

    Map<String, String> untold() {
        return untold;
    }

    /** Only what differs from its default, with what is unknown and not told. */
    Map<String, Object> differing() {
        Map<String, Object> those = new TreeMap<>();
        settings.forEach((name, setting) -> {
            if (setting.differs()) {
                those.put(name, setting.node(false));
            }
        });
        return node(those);
    }

    /** Every setting, marked where it differs. */
    Map<String, Object> all() {
        Map<String, Object> every = new TreeMap<>();
        settings.forEach((name, setting) -> every.put(name, setting.node(true)));
        return node(every);
    }

    private Map<String, Object> node(Map<String, Object> shown) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("settings", shown);
        if (!unknown.isEmpty()) {
            node.put("unknown", unknown);
        }
        if (!untold.isEmpty()) {
            node.put("untold", untold);
        }
        return node;
    }

    private static @Nullable String masked(String name, @Nullable String value) {
        return value == null ? null : Secrets.masked(name, value);
    }
}
