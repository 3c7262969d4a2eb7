package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class PlaceTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Semaphore places = new Semaphore(1);

    @Test
    void aPlaceIsTakenUntilItIsLeftAndGivenBackOnce() {
        Place place = Objects.requireNonNull(Place.of(places, LONG));
        assertThat(Place.of(places, LONG)).isNull();
        assertThat(place.opens()).isTrue();

        place.leave();
        place.leave();

        assertThat(places.availablePermits()).isEqualTo(1);
    }

    @Test
    void aPlaceWhoseConnectionIsNotOpenedInTimeIsGivenBackAndCannotBeOpenedAnyMore() {
        Place place = Objects.requireNonNull(Place.of(places, Duration.ofMillis(1)));

        await().until(() -> places.availablePermits() == 1);

        assertThat(place.opens()).isFalse();
        place.leave();
        assertThat(places.availablePermits()).isEqualTo(1);
    }

    @Test
    void aPlaceWhoseHandshakeFailsIsGivenBackAtOnce() {
        Objects.requireNonNull(Place.of(places, LONG)).leave();

        assertThat(places.availablePermits()).isEqualTo(1);
    }
}
