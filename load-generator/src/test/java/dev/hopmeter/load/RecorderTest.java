package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecorderTest {

    private final List<Trail> arrived = new ArrayList<>();
    private final Recorder recorder =
            new Recorder(new TestClock(1_000), "run", 1, 1, arrived::add, Recorder.Replies.ignored());

    @Test
    void anEventThatIsToldOfByAnAggregateThatDoesNotGoSoFarIsAFaultAndNotDelivered() {
        recorder.begin(new Probes(0, 1));
        recorder.delivered(0, update(8, 6, 7));
        assertThat(arrived).hasSize(2);
        assertThat(recorder.faultCount()).isZero();

        recorder.delivered(0, update(9, 8, 9));

        assertThat(arrived).hasSize(3);
        assertThat(recorder.faults()).containsExactly("subscriber 0 was told of event 9 by an aggregate through 9");
    }

    private static String update(long through, int... numbers) {
        List<String> events = new ArrayList<>();
        for (int number : numbers) {
            events.add("{\"id\":\"run-" + number + "\",\"trail\":\""
                    + Sender.begun(Workload.FRESHNESS, 1, 2).text() + "\"}");
        }
        return "{\"window\":{\"size\":\"10s\",\"through\":" + through + "},\"events\":[" + String.join(",", events)
                + "]}";
    }
}
