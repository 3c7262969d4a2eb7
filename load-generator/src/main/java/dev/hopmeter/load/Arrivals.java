package dev.hopmeter.load;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How events are spread over time. */
public enum Arrivals {
    /** The same gap between any two. */
    UNIFORM,
    /** Independent of each other, as customers are: short gaps and long ones. */
    POISSON;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word on the command line. */
    public String word() {
        return word;
    }

    static Optional<Arrivals> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Arrivals::word).toList();
    }
}
