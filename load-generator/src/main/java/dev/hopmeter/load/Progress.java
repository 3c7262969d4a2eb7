package dev.hopmeter.load;

import java.util.function.Supplier;

/** Where a run says what it is doing, for the eyes of whoever waits for it. Safe for use by many threads. */
public interface Progress {

    /** A step begins, or something worth a line happened. */
    void say(String line);

    /** Shows a line that changes about once a second, until it is closed. */
    Watch watch(Supplier<String> line);

    /** Says nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void say(String line) {}

            @Override
            public Watch watch(Supplier<String> line) {
                return () -> {};
            }
        };
    }

    /** A line that is being shown. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
