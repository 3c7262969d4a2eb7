package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.Workload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OutputTopicTest {

    private static final TopicPartition PARTITION = new TopicPartition("hopmeter.windows", 0);

    private final EventMix mix = new EventMix("run", 1, true);
    private final WindowKey key = mix.keys().getFirst();
    private final Truth truth = new Truth(mix.keys());
    private final Sight sight = new Sight(truth);
    private final Faults faults = new Faults();
    private final TestClock clock = new TestClock(1_000_000_000L);
    private long said;
    private final MockConsumer<String, String> consumer = new MockConsumer<>("earliest");

    OutputTopicTest() {
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        truth.sent(mix.eventOf(0, 0), Sender.begun(Workload.FRESHNESS, 1, 1));
        sight.measureFrom(1);
    }

    @Test
    void totalsOfTheRunsKeysAreSeenAndThoseOfOthersPassedOver() {
        say("10s/elsewhere/retail", "of another run, and not read");
        say("10s/" + key.text(), window(1));
        look();

        assertThat(sight.complete(mix.keys())).isTrue();
        assertThat(faults.findings()).isEmpty();
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void aTotalThatCannotBeReadIsAFault() {
        say("10s/" + key.text(), "no window");
        look();

        assertThat(faults.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.against()).isTrue());
    }

    @Test
    void aTopicThatCannotBeReadIsAFault() {
        consumer.setPollException(new KafkaException("gone"));
        look();

        assertThat(faults.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("gone"));
    }

    private void say(String recordKey, String value) {
        consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, said++, recordKey, value));
    }

    private void look() {
        AtomicInteger looks = new AtomicInteger();
        new OutputTopic(clock, consumer, mix.keys(), sight, faults, () -> looks.getAndIncrement() > 0).run();
    }

    private String window(long through) {
        return "{\"size\":\"10s\",\"region\":\"" + key.region() + "\",\"kind\":\"" + key.kind()
                + "\",\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"1970-01-01T00:00:10Z\",\"count\":1,\"sum\":1,"
                + "\"through\":" + through + ",\"newest\":\"1970-01-01T00:00:00Z\"}";
    }
}
