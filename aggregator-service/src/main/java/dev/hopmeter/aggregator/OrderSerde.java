package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Order;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.WireFormat;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Orders as the pipeline writes them. What is no order, also a record without a value, is a {@link MalformedException}. */
record OrderSerde(WireFormat format) implements Serde<Order> {

    @Override
    public Serializer<Order> serializer() {
        return (topic, order) -> format.write(order);
    }

    @Override
    public Deserializer<Order> deserializer() {
        return (topic, json) -> read(json);
    }

    private Order read(byte @Nullable [] json) {
        if (json == null) {
            throw new MalformedException("a record on the change topic has a value", null);
        }
        return format.readOrder(json);
    }
}
