package dev.hopmeter.aggregator;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.TopicProperties;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.windows.Forwarding;
import dev.hopmeter.spring.windows.Watchers;
import dev.hopmeter.spring.windows.WindowQueries;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;

/** Kafka Streams from Spring's own properties, with the guarantees of {@link TopicProperties} for its internal topics. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AggregatorProperties.class)
class AggregatorConfiguration {

    /** How the names of this service's meters begin. */
    static final String METERS = "hopmeter.aggregator";

    /** Of each source that is chosen, and no other. */
    @Bean
    NewTopics sourceTopics(TopicProperties topics, AggregatorProperties settings) {
        return new NewTopics(settings.sources().stream()
                .flatMap(source -> switch (source) {
                    case ORDERS -> Stream.of(topics.changes());
                    case EVENTS -> Stream.of(topics.events(), topics.windows());
                })
                .map(name -> topics.topic(name).build())
                .toArray(NewTopic[]::new));
    }

    @Bean
    OpenTasks openTasks() {
        return new OpenTasks();
    }

    @Bean
    Watchers watchers(AggregatorProperties settings, MeterRegistry registry) {
        return new Watchers(settings.limits(), METERS, registry);
    }

    @Bean
    WindowQueries windowQueries(
            Aggregation aggregation,
            Forwarding forwarding,
            Stamps stamps,
            Reception reception,
            EpochClock clock,
            AggregatorProperties settings) {
        return new WindowQueries(aggregation, forwarding, stamps, reception, clock, settings.limits());
    }

    @Bean
    Forwarding forwarding(AggregatorProperties settings) {
        return new Forwarding(settings.forwardTimeout());
    }

    @Bean
    WindowTopology windowTopology(
            AggregatorProperties settings,
            TopicProperties topics,
            WireFormat format,
            Stamps stamps,
            OpenTasks open,
            Watchers watchers,
            MeterRegistry registry) {
        return new WindowTopology(settings, topics, format, stamps, open, watchers, registry);
    }

    @Bean
    StreamsSettings streamsSettings(
            KafkaProperties kafka,
            KafkaConnectionDetails connection,
            TopicProperties topics,
            MeterRegistry registry,
            @Value("${spring.application.name}") String name) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) topics.replication());
        properties.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                Short.toString(topics.minInsyncReplicas()));
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        // There are no global stores; without it each start warns of them.
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        properties.putAll(kafka.buildStreamsProperties());
        properties.put(
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, connection.getStreams().getBootstrapServers());
        properties.putAll(PoisonInput.settings(topics.deadLetters(), name, registry));
        return new StreamsSettings(properties);
    }

    @Bean
    Aggregation aggregation(
            WindowTopology topology,
            StreamsSettings streams,
            OpenTasks open,
            AggregatorProperties settings,
            MeterRegistry registry,
            Environment environment,
            ConfigurableApplicationContext context) {
        Supplier<HostInfo> address = () -> address(settings, environment);
        KeyOwners owners = new KeyOwners();
        return new Aggregation(
                address,
                () -> {
                    KafkaStreams made = new KafkaStreams(topology.get(), streams.announcing(address.get()));
                    made.setUncaughtExceptionHandler(new ThreadReplacements(settings.threadReplacements()));
                    made.setStateListener((state, before) -> {
                        owners.forget();
                        stopAfterError(state, context);
                    });
                    if (settings.streamsMetrics()) {
                        new KafkaStreamsMetrics(made).bindTo(registry);
                    }
                    return made;
                },
                open,
                owners,
                settings.closeTimeout());
    }

    private static HostInfo address(AggregatorProperties settings, Environment environment) {
        return HostInfo.buildFromEndpoint(Optional.ofNullable(settings.advertisedAddress())
                .orElseGet(() -> "127.0.0.1:" + environment.getRequiredProperty("local.server.port")));
    }

    private static void stopAfterError(State state, ConfigurableApplicationContext context) {
        if (state == State.ERROR) {
            Thread.ofPlatform()
                    .daemon(false)
                    .name("stop-after-error")
                    .start(() -> System.exit(SpringApplication.exit(context, () -> 1)));
        }
    }
}
