package dev.hopmeter.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What must hold in the {@code summary.json} and {@code environment.json} of any trial. */
final class Summaries {

    private static final String MACHINE = "warm-up did not settle|the rate was missed|the rate was not held"
            + "|events: .*; 0 could not be published"
            + "|faults: \\d+ faults beside the route: the question for \\S+ had no answer:"
            + " java.net.http.HttpTimeoutException";

    private Summaries() {}

    /** Each that was planned was sent and delivered, and nothing else is wrong with the trial. */
    static void assertNothingLost(JsonNode summary, int orders) {
        assertOnlyTheMachineSpeaksAgainst(summary);
        assertEachIsDelivered(summary, orders);
    }

    /** Each that was planned was sent and delivered, whatever else is wrong with the trial. */
    static void assertEachIsDelivered(JsonNode summary, int orders) {
        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asInt()).isEqualTo(orders);
        assertThat(counts.get("delivered").asInt()).as("%s", counts).isEqualTo(orders);
        assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("lost").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("others").get("missing").asInt()).as("%s", counts).isZero();
        assertThat(counts.get("others").get("extra").asInt()).as("%s", counts).isZero();
    }

    /**
     * Each query that was planned has its answer, or was told to ask again, of which there are fewer: an instance that a slow
     * machine holds up for long is taken for lost by those that ask it.
     */
    static void assertEachQueryIsAnsweredOrToldToAskAgain(JsonNode summary, int queries) {
        assertSpeaksAgainst(
                summary,
                MACHINE + "|\\d+ of \\d+ events were lost, 0 of|(\\d+) queries were refused: \\2 with status 503$");
        JsonNode counts = summary.get("counts");
        assertThat(counts.get("sent").asInt()).isEqualTo(queries);
        assertThat(counts.get("delivered").asInt()
                        + counts.at("/refusedByStatus/503").asInt())
                .as("%s", counts)
                .isEqualTo(queries);
        assertThat(counts.get("delivered").asInt()).as("%s", counts).isGreaterThan(queries / 2);
        assertThat(counts.get("acknowledgedLost").asInt()).as("%s", counts).isZero();
    }

    /**
     * Whether the rate was kept, the stack warm, and a question beside the route answered in time, is a matter of the machine; all
     * else that makes a trial invalid is not.
     */
    static void assertOnlyTheMachineSpeaksAgainst(JsonNode summary) {
        assertSpeaksAgainst(summary, MACHINE);
    }

    private static void assertSpeaksAgainst(JsonNode summary, String permitted) {
        assertThat(summary.get("why").valueStream().map(JsonNode::asString))
                .allSatisfy(why -> assertThat(why).matches("(" + permitted + ").*"));
    }

    /** To the nanosecond: all, and on average. */
    static void assertHopsAddUp(JsonNode summary) {
        BigDecimal sums = BigDecimal.ZERO;
        long means = 0;
        for (JsonNode hop : summary.get("hops")) {
            sums = sums.add(hop.get("sumNanos").decimalValue());
            means += hop.get("meanNanos").asLong();
        }
        assertThat(sums)
                .isEqualByComparingTo(summary.get("total").get("sumNanos").decimalValue());
        assertThat(means).isEqualTo(summary.get("total").get("meanNanos").asLong());
    }

    /** No part has a setting that nobody reads. */
    static void assertNothingIsUnknown(JsonNode effective) {
        assertThat(effective.propertyNames()).contains("brokers", "topics", "postgres", "redis", "services", "jvm");
        effective.forEach(kind -> kind.properties()
                .forEach(part -> assertThat(part.getValue().path("unknown"))
                        .as(part.getKey())
                        .isEmpty()));
    }

    /** The hops' names, in order. */
    static List<String> words(JsonNode summary) {
        return summary.get("hops")
                .valueStream()
                .map(hop -> hop.get("hop").asString())
                .toList();
    }

    /** How many were recorded beside the route under that word. */
    static long annotation(JsonNode summary, String word) {
        for (JsonNode annotation : summary.get("annotations")) {
            if (annotation.get("annotation").asString().equals(word)) {
                return annotation.get("count").asLong();
            }
        }
        throw new AssertionError("there is no annotation " + word + " in " + summary.get("annotations"));
    }

    /** A setting of one of the parts of a kind, as it was read back. */
    static String setting(JsonNode parts, String part, String name) {
        return parts.path(part).path("settings").path(name).path("value").asString("not there: " + parts.path(part));
    }
}
