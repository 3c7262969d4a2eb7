package dev.hopmeter.contract;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The tumbling windows that are kept. A window includes its start and excludes its end; starts are multiples of the size. */
public enum WindowSize {
    /** Ten seconds. */
    TEN_SECONDS("10s", Duration.ofSeconds(10)),
    /** One minute. */
    ONE_MINUTE("1m", Duration.ofMinutes(1));

    private final String word;
    private final Duration duration;

    WindowSize(String word, Duration duration) {
        this.word = word;
        this.duration = duration;
    }

    /** The size's word in addresses and names of stores. */
    public String word() {
        return word;
    }

    /** How long a window of this size is. */
    public Duration duration() {
        return duration;
    }

    /** The start of the window that holds a moment; both in epoch milliseconds. */
    public long startOf(long epochMillis) {
        return epochMillis - Math.floorMod(epochMillis, duration.toMillis());
    }

    /** The size with that word, if there is one. */
    public static Optional<WindowSize> of(String word) {
        return Arrays.stream(values()).filter(size -> size.word.equals(word)).findFirst();
    }

    /** Every size's word. */
    public static List<String> words() {
        return Arrays.stream(values()).map(WindowSize::word).toList();
    }
}
