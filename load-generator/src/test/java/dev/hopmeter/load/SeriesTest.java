package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {

    private final Series series = new Series();

    @Test
    void quantilesAreValuesWithinAThousandth() {
        for (int i = 1; i <= 1_000; i++) {
            series.record(i * 1_000_000L);
        }
        assertThat((double) series.quantile(0.5).orElseThrow()).isBetween(500e6, 500.5e6);
        assertThat((double) series.quantile(0.99).orElseThrow()).isBetween(990e6, 991e6);
        assertThat(series.most()).hasValue(1_000_000_000L);
    }

    @Test
    void aP99NeedsAThousandValuesAndAP999AHundredThousand() {
        for (int i = 0; i < 999; i++) {
            series.record(i);
        }
        assertThat(series.quantile(0.99)).isEmpty();
        series.record(1);
        assertThat(series.quantile(0.99)).isPresent();
        for (int i = 1_000; i < 99_999; i++) {
            series.record(i);
        }
        assertThat(series.quantile(0.999)).isEmpty();
        series.record(1);
        assertThat(series.quantile(0.999)).isPresent();
    }

    @Test
    void negativeValuesKeepTheirRankAndTheirPartOfTheSum() {
        for (long value : new long[] {-300, -100, 0, 200, 700}) {
            series.record(value);
        }
        assertThat(series.sum()).isEqualTo(500);
        assertThat(series.negative()).isEqualTo(2);
        assertThat(series.least()).hasValue(-300);
        assertThat(series.atRank(1)).isEqualTo(-300);
        assertThat(series.atRank(2)).isEqualTo(-100);
        assertThat(series.quantile(0.5)).hasValue(0);
        assertThat(series.atRank(5)).isEqualTo(700);
    }

    @Test
    void whatIsOnlyKnownToBeLargeRanksHighestAndIsInNoSum() {
        for (int i = 0; i < 985; i++) {
            series.record(5);
        }
        for (int i = 0; i < 15; i++) {
            series.recordAtLeast(1_000);
        }
        assertThat(series.count()).isEqualTo(985);
        assertThat(series.censored()).isEqualTo(15);
        assertThat(series.sum()).isEqualTo(985 * 5);
        assertThat(series.bounded(0.5)).isFalse();
        assertThat(series.bounded(0.99)).isTrue();
        assertThat(series.quantile(0.99)).hasValue(1_000);
    }

    @Test
    void anEmptySeriesHasNoQuantiles() {
        assertThat(series.quantile(0.5)).isEmpty();
        assertThat(series.most()).isEmpty();
    }
}
