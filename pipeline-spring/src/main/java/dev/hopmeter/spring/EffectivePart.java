package dev.hopmeter.spring;

import java.lang.reflect.Array;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * What one part of a service, as a producer or a pool, really runs with: each setting's value beside its default, what was
 * given that nobody knows, and what cannot be told. Secrets are masked on the way in. For one thread.
 */
public final class EffectivePart {

    private final String name;
    private final Map<String, Setting> settings = new TreeMap<>();
    private final TreeSet<String> unknown = new TreeSet<>();
    private final Map<String, String> untold = new TreeMap<>();

    /** Nothing is known of it yet. */
    public EffectivePart(String name) {
        this.name = name;
    }

    private record Setting(@Nullable String value, @Nullable String usual, boolean differs) {
        Map<String, @Nullable Object> node() {
            Map<String, @Nullable Object> node = new LinkedHashMap<>();
            node.put("value", value);
            node.put("default", usual);
            node.put("differs", differs);
            return node;
        }
    }

    /**
     * Adds a setting.
     *
     * @param value as the part has it
     * @param usual what it would be if nobody had set it; null if that is nothing, or it has to be set
     */
    public EffectivePart setting(String setting, @Nullable Object value, @Nullable Object usual) {
        String is = text(value);
        String was = text(usual);
        settings.put(setting, new Setting(masked(setting, is), masked(setting, was), !Objects.equals(is, was)));
        return this;
    }

    /** Adds a setting whose value is told to nobody, only whether it has one; by default it has none. */
    public EffectivePart secret(String setting, boolean isSet) {
        settings.put(setting, new Setting(isSet ? Secrets.MASK : null, null, isSet));
        return this;
    }

    /** Adds a setting that was given and that nobody reads. */
    public EffectivePart unknown(String setting) {
        unknown.add(setting);
        return this;
    }

    /** Adds what cannot be told, and why. */
    public EffectivePart untold(String what, String why) {
        untold.put(what, why);
        return this;
    }

    /** What the part is called; no other of the service is. */
    public String name() {
        return name;
    }

    /** As it is told: {@code settings}, {@code unknown} and {@code untold}. */
    public Map<String, Object> node() {
        Map<String, Object> all = new LinkedHashMap<>();
        settings.forEach((setting, its) -> all.put(setting, its.node()));
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("settings", all);
        node.put("unknown", List.copyOf(unknown));
        node.put("untold", untold);
        return node;
    }

    private static @Nullable String masked(String setting, @Nullable String value) {
        return value == null ? null : Secrets.masked(setting, value);
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Class<?> type -> type.getName();
            case Duration duration -> DurationStyle.SIMPLE.print(duration);
            case Collection<?> many -> texts(many);
            case Map<?, ?> map -> texts(new TreeMap<>(map).entrySet());
            case Object some
            when some.getClass().isArray() -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (int i = 0; i < Array.getLength(some); i++) {
                    elements.add(Array.get(some, i));
                }
                yield texts(elements);
            }
            default -> String.valueOf(value);
        };
    }

    private static String texts(Collection<?> many) {
        List<String> texts = new ArrayList<>();
        many.forEach(each -> texts.add(String.valueOf(text(each))));
        return String.join(",", texts);
    }
}
