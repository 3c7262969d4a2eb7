package dev.hopmeter.spring.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.spring.WireFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FramesTest {

    private final Frames frames = new Frames(new WireFormat());

    @Test
    void anOrderIsSplicedInAsItCameBesideItsTrail() {
        Trail trail = Trail.of(Workload.JOURNEY).with(Stamp.PUSHED, 5);

        assertThat(Frames.delivery(trail, Frames.ending("order", "{ \"id\" :\"\u00e4\"}")))
                .isEqualTo("{\"trail\":\"journey;pushed=5\",\"order\":{ \"id\" :\"\u00e4\"}}");
    }

    @Test
    void anOrderWithoutATrailSaysNull() {
        assertThat(Frames.delivery(null, Frames.ending("order", "{}"))).isEqualTo("{\"trail\":null,\"order\":{}}");
    }

    @Test
    void aMessageHasAFieldOfItsOwn() {
        Trail trail = Trail.of(Workload.FAN_OUT).with(Stamp.PUSHED, 5);

        assertThat(Frames.delivery(trail, Frames.ending("message", "{\"id\":\"m\"}")))
                .isEqualTo("{\"trail\":\"fan-out;pushed=5\",\"message\":{\"id\":\"m\"}}");
    }

    @Test
    void aSubscriberIsToldItsSubscription() {
        assertThat(frames.subscribed(new Subscription("s-1", new Filter(Optional.of("eu-west"), Optional.empty(), 7))))
                .isEqualTo("{\"subscribed\":{\"subscriber\":\"s-1\","
                        + "\"filter\":{\"region\":\"eu-west\",\"kind\":null,\"leastAmount\":7}}}");
    }

    @Test
    void aSubscriberIsToldHowManyWereDropped() {
        assertThat(Frames.dropped(3)).isEqualTo("{\"dropped\":3}");
    }
}
