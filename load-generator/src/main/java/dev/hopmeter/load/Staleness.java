package dev.hopmeter.load;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What the answers to queries include, held against what was acknowledged when they were asked for. Each answer from the first
 * measured query on is accounted for, or is a fault. Safe for use by many threads.
 */
final class Staleness implements Recorder.Replies {

    /** How finely answers are told apart by their latency. */
    private static final int A_DECADE = 10;

    private final Truth truth;
    private final Mix queries;
    private final Faults faults;
    private final Series local = new Series();
    private final Series forwarded = new Series();
    private final Series age = new Series();
    private final Series behind = new Series();
    /** By the tenth of a decade of latency, from 1 ns on. */
    private final TreeMap<Integer, Lacked> byLatency = new TreeMap<>();

    private long missing;
    private long untrue;
    private long more;
    private long empty;
    private volatile int first = Integer.MAX_VALUE;

    Staleness(Truth truth, Mix queries, Faults faults) {
        this.truth = truth;
        this.queries = queries;
        this.faults = faults;
    }

    /** What answers lacked whose latencies are alike. */
    static final class Lacked {

        private long answers;
        private long latencySumNanos;
        private long ageSumNanos;
        private long behindSumNanos;
        private long missing;

        /** One more answer, with the age of the newest event in it, and how far it is behind what was acknowledged. */
        private void add(long latencyNanos, long ageNanos, long behindNanos, boolean lacks) {
            answers++;
            latencySumNanos += latencyNanos;
            ageSumNanos += ageNanos;
            behindSumNanos += behindNanos;
            missing += lacks ? 1 : 0;
        }

        /** Takes all answers of another, as it was written. */
        void add(JsonNode sums) {
            answers += sums.path("answers").asLong(0);
            latencySumNanos += sums.path("latencySumNanos").asLong(0);
            ageSumNanos += sums.path("ageSumNanos").asLong(0);
            behindSumNanos += sums.path("behindSumNanos").asLong(0);
            missing += sums.path("missing").asLong(0);
        }

        private Map<String, Object> sums() {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("answers", answers);
            node.put("latencySumNanos", latencySumNanos);
            node.put("ageSumNanos", ageSumNanos);
            node.put("behindSumNanos", behindSumNanos);
            node.put("missing", missing);
            return node;
        }

        /** The same as means; of one answer at least. */
        Map<String, Object> means() {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("answers", answers);
            node.put("meanLatencyNanos", Shares.mean(latencySumNanos, answers));
            node.put("meanAgeNanos", Shares.mean(ageSumNanos, answers));
            node.put("meanBehindNanos", Shares.mean(behindSumNanos, answers));
            node.put("missing", missing);
            return node;
        }
    }

    /** Answers to queries from that number on count. */
    void measureFrom(int query) {
        first = query;
    }

    /** Called for probes and warm-up as well, which are let pass. */
    @Override
    public void came(int number, Trail trail, Reply reply) {
        if (number < first) {
            return;
        }
        try {
            account(number, trail, reply);
        } catch (RuntimeException e) {
            faults.add("the answer to query " + number + " cannot be accounted for: " + e.getMessage());
        }
    }

    private void account(int number, Trail trail, Reply reply) {
        long delivered = trail.at(Stamp.DELIVERED).orElseThrow();
        long total = delivered - trail.at(Stamp.INTENDED).orElseThrow();
        Windows windows = Windows.parse(reply.body());
        WindowKey key = queries.event(number).windowKey();
        long asked = trail.at(Stamp.SENT).orElseThrow();
        OptionalLong missed = truth.firstMissed(key, windows.through(), asked);
        Truth.Held held = held(key, windows);
        long counted = windows.totals().values().stream()
                .mapToLong(Windows.Total::count)
                .sum();
        boolean dated = windows.through() == 0 || isDated(key, windows);
        synchronized (this) {
            (reply.forwarded() ? forwarded : local).record(total);
            age.record(delivered - windows.newestMillis() * 1_000_000);
            behind.record(missed.isPresent() ? asked - missed.getAsLong() : 0);
            if (windows.through() != 0 && total > 0) {
                byLatency
                        .computeIfAbsent((int) Math.floor(A_DECADE * Math.log10(total)), none -> new Lacked())
                        .add(
                                total,
                                delivered - windows.newestMillis() * 1_000_000,
                                missed.isPresent() ? asked - missed.getAsLong() : 0,
                                missed.isPresent());
            }
            missing += missed.isPresent() ? 1 : 0;
            empty += windows.totals().isEmpty() ? 1 : 0;
            untrue += !dated || counted < held.least() ? 1 : 0;
            more += counted > held.most() ? 1 : 0;
        }
    }

    /** What the windows answered must hold, as far as the answer says that it goes. */
    private Truth.Held held(WindowKey key, Windows windows) {
        return windows.totals().isEmpty()
                ? new Truth.Held(0, 0)
                : truth.held(
                        key,
                        windows.through(),
                        windows.totals().firstKey(),
                        windows.totals().lastKey()
                                + WindowSize.TEN_SECONDS.duration().toMillis());
    }

    /** Whether the event that the answer says it goes through was sent, and not after what it says is the newest. */
    private boolean isDated(WindowKey key, Windows windows) {
        OptionalLong happened = truth.happened(key, windows.through());
        return happened.isPresent() && happened.getAsLong() <= windows.newestMillis();
    }

    private List<Map<String, Object>> alike() {
        List<Map<String, Object>> nodes = new ArrayList<>();
        byLatency.forEach((tenth, lacked) -> {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("fromNanos", Math.round(Math.pow(10, (double) tenth / A_DECADE)));
            node.putAll(lacked.sums());
            nodes.add(node);
        });
        return nodes;
    }

    synchronized List<Annotation> beside() {
        return List.of(
                Annotation.of("answered-locally", "answered by the instance asked", local),
                Annotation.of("answered-forwarded", "answered by way of another", forwarded),
                Annotation.of("newest-event-age", "age of the newest event included", age),
                Annotation.of("behind", "behind what was acknowledged when asked", behind));
    }

    /**
     * How stale the answers were. Speaks against the trial if not every answer is accounted for, or if one holds less than it
     * says. That one holds more is stated: where events are summed exactly once, {@link Totals} speaks against it.
     *
     * @param delivered how many answers the trial has
     */
    synchronized Finding finding(long delivered) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("answers", behind.count());
        figures.put("missingAnAcknowledgedEvent", missing);
        figures.put("withoutWindows", empty);
        figures.put("untrue", untrue);
        figures.put("holdingMore", more);
        figures.put("byLatency", alike());
        boolean all = behind.count() == delivered;
        return new Finding(
                "staleness",
                missing + " of " + behind.count()
                        + " answers lack an event that was acknowledged before they were asked for, " + empty
                        + " have no window in the range asked for, " + untrue + " hold less than they say, " + more
                        + " more"
                        + (all ? "" : "; " + delivered + " answers came"),
                figures,
                !all || untrue > 0);
    }
}
