package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

    @ParameterizedTest
    @CsvSource({
        // filter: region, kind, least amount; then whether eu-west, retail, 100 passes
        "       ,        ,   0, true",
        "eu-west,        ,   0, true",
        "us-east,        ,   0, false",
        "eu     ,        ,   0, false",
        "       , retail ,   0, true",
        "       , gift   ,   0, false",
        "       ,        ,  99, true",
        "       ,        , 100, true",
        "       ,        , 101, false",
        "eu-west, retail ,   0, true",
        "eu-west, gift   ,   0, false",
        "us-east, retail ,   0, false",
        "retail , eu-west,   0, false",
        "eu-west, retail , 100, true",
        "eu-west, retail , 101, false",
        "us-east, retail , 100, false",
        "eu-west, gift   , 100, false",
    })
    void anEventPassesIfItSatisfiesEveryPartThatIsGiven(
            @Nullable String region, @Nullable String kind, long leastAmount, boolean passes) {
        Filter filter = filter(region, kind, leastAmount);

        assertThat(filter.matches("eu-west", "retail", 100)).isEqualTo(passes);
        assertThat(filter.matches(order("eu-west", "retail", 100))).isEqualTo(passes);
    }

    @Test
    void theFilterForAllLetsTheLeastAndTheGreatestAmountPass() {
        assertThat(Filter.ALL.matches("eu-west", "retail", 1)).isTrue();
        assertThat(Filter.ALL.matches("eu-west", "retail", Limits.MAX_AMOUNT)).isTrue();
        assertThat(Filter.ALL).isEqualTo(filter(null, null, 0));
    }

    @Test
    void theGreatestLeastAmountLetsOnlyTheGreatestAmountPass() {
        Filter filter = filter(null, null, Limits.MAX_AMOUNT);

        assertThat(filter.matches("eu-west", "retail", Limits.MAX_AMOUNT)).isTrue();
        assertThat(filter.matches("eu-west", "retail", Limits.MAX_AMOUNT - 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "EU", "eu west", "-eu", "eu_west", "*", "eu/west", "é", "eu\n"})
    void aWordOutOfItsFormIsRefused(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter(word, null, 0))
                .withMessageStartingWith("region is 1 to 32 of a-z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter(null, word, 0))
                .withMessageStartingWith("kind is 1 to 32 of a-z");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Limits.MAX_AMOUNT + 1, Long.MAX_VALUE})
    void aLeastAmountOutOfBoundsIsRefused(long leastAmount) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter(null, null, leastAmount))
                .withMessage("leastAmount is between 0 and 1000000000000, not " + leastAmount);
    }

    private static Filter filter(@Nullable String region, @Nullable String kind, long leastAmount) {
        return new Filter(Optional.ofNullable(region), Optional.ofNullable(kind), leastAmount);
    }

    private static Order order(String region, String kind, long amount) {
        return new Order(
                new UUID(0, 1),
                Optional.empty(),
                "c-1",
                region,
                kind,
                amount,
                "EUR",
                List.of(new OrderLine("A-1", 1)),
                Instant.EPOCH);
    }
}
