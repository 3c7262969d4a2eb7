package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimerScrapeTest {

    private static final String NAME = "hopmeter_annotation_seconds";
    private static final String LABEL = "annotation=\"broker-acknowledged\"";

    @Test
    void whatCameSinceAnEarlierLookHasAnExactMeanAndInterpolatedQuantiles() {
        TimerScrape before = TimerScrape.parse(text(100, 1.0, 100, 100), NAME, LABEL);
        TimerScrape after = TimerScrape.parse(text(2_100, 7.0, 1_100, 2_100), NAME, LABEL);
        Annotation annotation = after.since(before).annotation("broker-acknowledged", "what");
        assertThat(annotation.count()).isEqualTo(2_000);
        assertThat(annotation.sumNanos()).isEqualTo(6_000_000_000L);
        assertThat(annotation.meanNanos()).isEqualTo(3_000_000);
        assertThat(annotation.p50Nanos()).hasValue(2_000_000);
        assertThat(annotation.p99Nanos()).hasValue(3_960_000);
        assertThat(annotation.interpolated()).isTrue();
    }

    @Test
    void seriesOfOtherLabelsAndOtherNamesAreLeftOut() {
        String other = text(5, 5, 5, 5).replace("broker-acknowledged", "something-else");
        TimerScrape scrape =
                TimerScrape.parse(other + "hopmeter_annotation_seconds_max{" + LABEL + "} 9\n", NAME, LABEL);
        assertThat(scrape.count()).isZero();
        assertThat(scrape.buckets()).isEmpty();
    }

    @Test
    void aP99NeedsAThousandValues() {
        assertThat(TimerScrape.parse(text(999, 1, 500, 999), NAME, LABEL)
                        .annotation("a", "b")
                        .p99Nanos())
                .isEmpty();
    }

    private static String text(long count, double sum, long upTo2, long upTo4) {
        String labels = "{" + LABEL + ",application=\"cdc-connector\"";
        return "# HELP hopmeter_annotation_seconds acknowledgements\n"
                + NAME + "_bucket" + labels + ",le=\"0.002\"} " + upTo2 + "\n"
                + NAME + "_bucket" + labels + ",le=\"0.004\"} " + upTo4 + "\n"
                + NAME + "_bucket" + labels + ",le=\"+Inf\"} " + count + "\n"
                + NAME + "_count" + labels + "} " + count + "\n"
                + NAME + "_sum" + labels + "} " + sum + "\n";
    }
}
