package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

class StalenessTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_700_000_000L * SECOND;

    private final EventMix events = new EventMix("run", 1, false);
    private final QueryMix queries = new QueryMix("run", 1, events.keys());
    private final Truth truth = new Truth(events.keys());
    private final Faults faults = new Faults();
    private final Staleness staleness = new Staleness(truth, queries, faults);

    @Test
    void anAnswerWithoutWindowsIsCountedAndAsStaleAsItSays() {
        staleness.measureFrom(0);
        for (int number = 0; number < 20; number++) {
            WindowKey key = queries.event(number).windowKey();
            acknowledged(events.eventOf(events.keys().indexOf(key), number), NOW - 100 * SECOND);
        }

        for (int number = 0; number < 20; number++) {
            answered(number, answer(queries.event(number).windowKey(), 0, NOW - 300 * SECOND));
        }

        Finding finding = staleness.finding(20);
        assertThat(finding.figures())
                .containsEntry("answers", 20L)
                .containsEntry("withoutWindows", 20L)
                .containsEntry("missingAnAcknowledgedEvent", 20L);
        assertThat(finding.against()).isFalse();
        assertThat(beside("newest-event-age").count()).isEqualTo(20);
        assertThat(beside("newest-event-age").sum()).isEqualTo(20 * 301 * SECOND);
        assertThat(beside("behind").sum()).isEqualTo(20 * 100 * SECOND);
        assertThat(faults.findings()).isEmpty();
    }

    @Test
    void anAnswerThatCannotBeAccountedForIsAFaultAndSpeaksAgainstTheTrial() {
        staleness.measureFrom(1);
        answered(0, "of the warm-up");
        acknowledged(events.eventOf(events.keys().indexOf(queries.event(1).windowKey()), 4), NOW);
        answered(1, answer(queries.event(1).windowKey(), 5, NOW));
        answered(2, "{\"size\":\"10s\",\"windows\":[]}");

        assertThat(faults.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.against()).isTrue();
            assertThat(finding.text()).contains("query 2");
        });
        assertThat(staleness.finding(2).against()).isTrue();
        assertThat(staleness.finding(2).text()).endsWith("2 answers came");
        assertThat(staleness.finding(1).against()).isFalse();
    }

    @Test
    void anAnswerThatHoldsLessThanItSaysSpeaksAgainstTheTrialAndOneThatHoldsMoreIsStated() {
        staleness.measureFrom(0);
        WindowKey key = queries.event(7).windowKey();
        int cell = events.keys().indexOf(key);
        for (int number = 0; number < 30; number++) {
            acknowledged(events.eventOf(cell, number), NOW + number * SECOND);
        }
        truth.sent(events.eventOf(cell, 30), Sender.begun(Workload.INGEST, NOW + 29 * SECOND, NOW + 29 * SECOND));

        answered(7, answer(key, 30, NOW + 29 * SECOND, 10, 10, 10));
        answered(7, answer(key, 25, NOW + 24 * SECOND, 10, 10, 5));
        answered(7, answer(key, 31, NOW + 29 * SECOND, 10, 10, 10));
        answered(7, answer(key, 31, NOW + 29 * SECOND, 10, 10, 11));
        assertThat(staleness.finding(4).against()).isFalse();

        answered(7, answer(key, 25, NOW + 24 * SECOND, 10, 10, 6));
        assertThat(staleness.finding(5).figures()).containsEntry("untrue", 0L).containsEntry("holdingMore", 1L);
        assertThat(staleness.finding(5).against()).isFalse();

        answered(7, answer(key, 30, NOW + 29 * SECOND, 10, 9, 10));
        answered(7, answer(key, 30, NOW + 29 * SECOND, 10, 0, 10));
        answered(7, answer(key, 30, NOW + 28 * SECOND, 10, 10, 10));
        answered(7, answer(key, 32, NOW + 29 * SECOND, 10, 10, 10));
        assertThat(staleness.finding(9).figures()).containsEntry("untrue", 4L).containsEntry("holdingMore", 1L);
        assertThat(staleness.finding(9).against()).isTrue();
        assertThat(staleness.finding(9).text()).contains("4 hold less than they say, 1 more");
        assertThat(faults.findings()).isEmpty();
    }

    @Test
    void answersOfLikeLatencyStandTogetherButForThoseThatIncludeNothingYet() {
        staleness.measureFrom(0);
        WindowKey key = queries.event(7).windowKey();
        int cell = events.keys().indexOf(key);
        acknowledged(events.eventOf(cell, 0), NOW - 3 * SECOND);
        acknowledged(events.eventOf(cell, 1), NOW - 2 * SECOND);

        answered(7, answer(key, 2, NOW - 2 * SECOND));
        answered(7, answer(key, 1, NOW - 3 * SECOND));
        answered(7, answer(key, 0, 0));

        assertThat(staleness.finding(3).figures())
                .containsEntry(
                        "byLatency",
                        List.of(Map.of(
                                "fromNanos",
                                SECOND,
                                "answers",
                                2L,
                                "latencySumNanos",
                                2 * SECOND,
                                "ageSumNanos",
                                3 * SECOND + 4 * SECOND,
                                "behindSumNanos",
                                2 * SECOND,
                                "missing",
                                1L)));
    }

    private void acknowledged(Event event, long nanos) {
        truth.sent(event, Sender.begun(Workload.INGEST, nanos, nanos));
        truth.acknowledged(event, nanos);
    }

    private void answered(int number, String body) {
        Trail trail = Sender.begun(Workload.POINT_QUERY, NOW, NOW).with(Stamp.DELIVERED, NOW + SECOND);
        staleness.came(number, trail, new Reply(false, body));
    }

    private static String answer(WindowKey key, long through, long newestNanos) {
        return "{\"size\":\"10s\",\"region\":\"" + key.region() + "\",\"kind\":\"" + key.kind() + "\",\"through\":"
                + through + ",\"newest\":\"" + Instant.ofEpochMilli(newestNanos / 1_000_000) + "\",\"windows\":[]}";
    }

    /** With so many events in each window from {@link #NOW} on; one without any is left out. */
    private static String answer(WindowKey key, long through, long newestNanos, int... counts) {
        StringJoiner windows = new StringJoiner(",");
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                windows.add("{\"start\":\"" + Instant.ofEpochMilli(NOW / 1_000_000 + i * 10_000L) + "\",\"count\":"
                        + counts[i] + ",\"sum\":1}");
            }
        }
        return answer(key, through, newestNanos).replace("[]", "[" + windows + "]");
    }

    private Series beside(String word) {
        List<Annotation> all = staleness.beside();
        return all.stream()
                .filter(each -> each.word().equals(word))
                .findFirst()
                .flatMap(Annotation::series)
                .orElseThrow();
    }
}
