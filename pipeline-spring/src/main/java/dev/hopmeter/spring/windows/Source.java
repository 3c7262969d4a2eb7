package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowSize;
import java.util.Locale;

/** What is summed. */
public enum Source {
    /** The change topic's orders. */
    ORDERS("windows"),
    /** Events published live, and stored in no table. */
    EVENTS("events");

    private final String prefix;

    Source(String prefix) {
        this.prefix = prefix;
    }

    /** The source's word in settings and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The first word of the address under which its windows are queried. */
    public String path() {
        return prefix;
    }

    /** The name of the store that holds its windows of that size. */
    public String store(WindowSize size) {
        return prefix + "-" + size.word();
    }
}
