package dev.hopmeter.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.WindowTotal;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTotalSerdeTest {

    private final WindowTotalSerde serde = new WindowTotalSerde();

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "3, -7", "9223372036854775807, 9223372036854775807", "5, -9223372036854775808"})
    void aTotalTakesSixteenBytesAndComesBack(long count, long sum) {
        WindowTotal total = new WindowTotal(count, sum);
        byte[] bytes = serde.serializer().serialize("topic", total);

        assertThat(bytes).hasSize(16);
        assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(total);
    }

    @Test
    void theCountComesFirstAndBothAreBigEndian() {
        assertThat(serde.serializer().serialize("topic", new WindowTotal(1, 258)))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 15, 17, 32})
    void anotherLengthIsRefused(int length) {
        assertThatThrownBy(() -> serde.deserializer().deserialize("topic", new byte[length]))
                .isInstanceOf(SerializationException.class)
                .hasMessage("a window's total has 16 bytes, not " + length);
    }

    @Test
    @SuppressWarnings("NullAway") // Kafka asks for nothing's bytes and gives no bytes for a window that is gone.
    void nothingStaysNothing() {
        assertThat(serde.serializer().serialize("topic", null)).isNull();
        assertThat(serde.deserializer().deserialize("topic", null)).isNull();
    }
}
