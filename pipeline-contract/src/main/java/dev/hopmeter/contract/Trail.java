package dev.hopmeter.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The stamps that one event carries, with the workload that it belongs to. Immutable: {@link #with} answers a new trail.
 *
 * <p>On the wire a trail is one line of ASCII, the same in the request header, the row's column, the record header, the
 * hand-over and the frame: the workload's word, then {@code ;stamp=nanos} for each stamp in order of declaration, as in
 * {@code journey;intended=1763891234000000000;sent=1763891234000051200}.
 */
@SuppressWarnings("EnumOrdinal") // The stamps' places in an array, which never leaves the process.
public final class Trail {

    /** The name of the HTTP request header and of the Kafka record header that carry a trail. */
    public static final String HEADER = "Hopmeter-Trail";

    /** The longest text that {@link #parse} accepts, in characters. */
    public static final int MAX_LENGTH = 640;

    private static final long ABSENT = Long.MIN_VALUE;

    private final Workload workload;
    private final long[] nanos;

    private Trail(Workload workload, long[] nanos) {
        this.workload = workload;
        this.nanos = nanos;
    }

    /** A trail of that workload without any stamp. */
    public static Trail of(Workload workload) {
        long[] nanos = new long[Stamp.count()];
        Arrays.fill(nanos, ABSENT);
        return new Trail(workload, nanos);
    }

    /**
     * Reads a trail's text.
     *
     * @throws IllegalArgumentException if the text is not a trail; the message says what is wrong with it
     */
    public static Trail parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a trail has at most " + MAX_LENGTH + " characters, not " + text.length());
        }
        int end = text.indexOf(';');
        String word = end < 0 ? text : text.substring(0, end);
        Workload workload = Workload.of(word)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a trail starts with a workload, one of " + Workload.words() + ", not '" + word + "'"));
        Trail trail = of(workload);
        while (end >= 0) {
            int start = end + 1;
            end = text.indexOf(';', start);
            int stop = end < 0 ? text.length() : end;
            int equals = text.indexOf('=', start);
            if (equals < 0 || equals >= stop) {
                throw new IllegalArgumentException(
                        "a trail's stamps read name=nanos, not '" + text.substring(start, stop) + "'");
            }
            String name = text.substring(start, equals);
            Stamp stamp = Stamp.of(name)
                    .orElseThrow(() -> new IllegalArgumentException("a trail has no stamp '" + name + "'"));
            if (trail.nanos[stamp.ordinal()] != ABSENT) {
                throw new IllegalArgumentException("a trail has each stamp once, and '" + name + "' twice");
            }
            trail.nanos[stamp.ordinal()] = nanos(name, text.substring(equals + 1, stop));
        }
        return trail;
    }

    private static long nanos(String name, String text) {
        if (isDigits(text)) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("a stamp is less than 2^63 nanoseconds: " + name + "=" + text, e);
            }
        }
        if (text.startsWith("-")) {
            throw new IllegalArgumentException("a stamp is not negative: " + name + "=" + text);
        }
        throw new IllegalArgumentException("a stamp is a whole number of nanoseconds, in digits: " + name + "=" + text);
    }

    /** A loop, as each event's trail is read several times on its way. */
    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The workload that the event belongs to. */
    public Workload workload() {
        return workload;
    }

    /** This trail with one more stamp, in epoch nanoseconds; a stamp that is there already is replaced. */
    public Trail with(Stamp stamp, long epochNanos) {
        if (epochNanos < 0) {
            throw new IllegalArgumentException("a stamp is not negative: " + stamp.word() + "=" + epochNanos);
        }
        long[] copy = nanos.clone();
        copy[stamp.ordinal()] = epochNanos;
        return new Trail(workload, copy);
    }

    /** The stamp's epoch nanoseconds, if the trail has it. */
    public OptionalLong at(Stamp stamp) {
        long value = nanos[stamp.ordinal()];
        return value == ABSENT ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** The hop's length in nanoseconds, negative if its stamps are in the wrong order, if the trail has both. */
    public OptionalLong length(Hop hop) {
        long from = nanos[hop.from().ordinal()];
        long to = nanos[hop.to().ordinal()];
        return from == ABSENT || to == ABSENT ? OptionalLong.empty() : OptionalLong.of(to - from);
    }

    /**
     * The lengths of the route's hops in nanoseconds, in order. They telescope: their sum is the last stamp minus the
     * first, exactly. Empty if a stamp of the route is missing.
     */
    public Optional<long[]> lengths(Route route) {
        List<Stamp> stamps = route.stamps();
        long[] lengths = new long[stamps.size() - 1];
        for (int i = 0; i < lengths.length; i++) {
            long from = nanos[stamps.get(i).ordinal()];
            long to = nanos[stamps.get(i + 1).ordinal()];
            if (from == ABSENT || to == ABSENT) {
                return Optional.empty();
            }
            lengths[i] = to - from;
        }
        return Optional.of(lengths);
    }

    /** The stamps that the trail has, in order of declaration. */
    public List<Stamp> stamps() {
        List<Stamp> present = new ArrayList<>();
        for (int i = 0; i < nanos.length; i++) {
            if (nanos[i] != ABSENT) {
                present.add(Stamp.at(i));
            }
        }
        return present;
    }

    /** The trail's text, which {@link #parse} reads back. */
    public String text() {
        StringBuilder text = new StringBuilder(320).append(workload.word());
        for (int i = 0; i < nanos.length; i++) {
            if (nanos[i] != ABSENT) {
                text.append(';').append(Stamp.at(i).word()).append('=').append(nanos[i]);
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Trail that && workload == that.workload && Arrays.equals(nanos, that.nanos);
    }

    @Override
    public int hashCode() {
        return 31 * workload.hashCode() + Arrays.hashCode(nanos);
    }

    @Override
    public String toString() {
        return text();
    }
}
