package dev.hopmeter.aggregator;

import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;

/** Everything that Kafka Streams is told, but for the address that is known only once the web server listens. */
record StreamsSettings(Properties properties) {

    /** The settings of an instance at that address, of which the other instances hear. */
    Properties announcing(HostInfo address) {
        Properties announced = new Properties();
        announced.putAll(properties);
        announced.put(StreamsConfig.APPLICATION_SERVER_CONFIG, address.host() + ":" + address.port());
        return announced;
    }
}
