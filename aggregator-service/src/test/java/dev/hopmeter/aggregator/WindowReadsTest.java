package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.junit.jupiter.api.Test;

class WindowReadsTest {

    private final AtomicInteger looked = new AtomicInteger();

    @Test
    void aSearchForKeysEndsWithTheKeysThatAreWanted() {
        assertThat(WindowReads.keys(windows(1_000, 1_000), 3, 1_000)).containsExactly("k-0", "k-1", "k-2");
        assertThat(looked).hasValue(3);
    }

    @Test
    void aSearchForKeysLooksAtSoManyWindowsAlsoWhereTheyAreOfFewKeys() {
        assertThat(WindowReads.keys(windows(1_000, 2), 100, 50)).containsExactly("k-0", "k-1");
        assertThat(looked).hasValue(50);
    }

    private Iterator<KeyValue<Windowed<String>, String>> windows(int count, int keys) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    looked.incrementAndGet();
                    return KeyValue.pair(new Windowed<>("k-" + i % keys, new TimeWindow(i, i + 1L)), "");
                })
                .iterator();
    }
}
