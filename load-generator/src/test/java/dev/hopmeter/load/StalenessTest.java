package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.Workload;
import java.time.Instant;
import java.util.List;
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

    private Series beside(String word) {
        List<Annotation> all = staleness.beside();
        return all.stream()
                .filter(each -> each.word().equals(word))
                .findFirst()
                .flatMap(Annotation::series)
                .orElseThrow();
    }
}
