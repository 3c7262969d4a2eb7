package dev.hopmeter.notifier;

import dev.hopmeter.spring.EmergencyStop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * Reads every partition of the change topic, by itself and without committing. Its positions are fixed before the first
 * subscriber is let in, so that none misses an order placed after it was told so; a partition added later is read from its
 * beginning. Brokers that cannot be asked for new partitions are asked again.
 */
final class ChangeFeed implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final Duration ASKING = Duration.ofSeconds(30);

    private final KafkaAdmin brokers;
    private final ConcurrentKafkaListenerContainerFactory<String, byte[]> containers;
    private final Arrivals arrivals;
    private final EmergencyStop emergencyStop;
    private final String topic;
    private final String name;
    private final Duration partitionCheck;
    private final Set<TopicPartition> attended = new HashSet<>();
    private final List<ConcurrentMessageListenerContainer<String, byte[]>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("partition-check").daemon().factory());
    private volatile boolean running;

    /** Under that name, which no other has. */
    ChangeFeed(
            KafkaAdmin brokers,
            ConcurrentKafkaListenerContainerFactory<String, byte[]> containers,
            Arrivals arrivals,
            EmergencyStop emergencyStop,
            String topic,
            String name,
            Duration partitionCheck) {
        this.brokers = brokers;
        this.containers = containers;
        this.arrivals = arrivals;
        this.emergencyStop = emergencyStop;
        this.topic = topic;
        this.name = name;
        this.partitionCheck = partitionCheck;
    }

    /** Every listener that there should be. */
    List<ConcurrentMessageListenerContainer<String, byte[]>> listeners() {
        return listeners;
    }

    @Override
    public void start() {
        attend(true);
        running = true;
        long nanos = partitionCheck.toNanos();
        var _ = timer.scheduleWithFixedDelay(this::attendNewPartitions, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
        timer.shutdownNow();
        listeners.forEach(ConcurrentMessageListenerContainer::stop);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.BEFORE_THE_WEB_SERVER;
    }

    private void attendNewPartitions() {
        try {
            attend(false);
        } catch (UnansweredException e) {
            LOG.warn("The brokers do not tell the partitions of {}", topic, e);
        } catch (RuntimeException | Error e) {
            emergencyStop.because("check for new partitions", e);
            throw e;
        }
    }

    private void attend(boolean fromEnd) {
        List<TopicPartitionOffset> positions = newPositions(fromEnd);
        if (positions.isEmpty()) {
            return;
        }
        ConcurrentMessageListenerContainer<String, byte[]> listener =
                containers.createContainer(positions.toArray(TopicPartitionOffset[]::new));
        listener.setMainListenerId("changes-" + listeners.size());
        listener.setConcurrency(1);
        listener.getContainerProperties().setGroupId(name);
        listener.getContainerProperties().setAckMode(AckMode.MANUAL);
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("changes-");
        threads.setVirtualThreads(false);
        listener.getContainerProperties().setListenerTaskExecutor(threads);
        listener.setupMessageListener((MessageListener<String, byte[]>) arrivals::fromTopic);
        listener.start();
        listeners.add(listener);
        positions.forEach(position -> attended.add(position.getTopicPartition()));
    }

    private List<TopicPartitionOffset> newPositions(boolean fromEnd) {
        try (Admin admin = Admin.create(brokers.getConfigurationProperties())) {
            Map<TopicPartition, OffsetSpec> unattended = new HashMap<>();
            for (TopicDescription described :
                    answer(admin.describeTopics(List.of(topic)).allTopicNames()).values()) {
                for (TopicPartitionInfo partition : described.partitions()) {
                    unattended.put(
                            new TopicPartition(topic, partition.partition()),
                            fromEnd ? OffsetSpec.latest() : OffsetSpec.earliest());
                }
            }
            unattended.keySet().removeAll(attended);
            List<TopicPartitionOffset> positions = new ArrayList<>();
            answer(admin.listOffsets(unattended).all())
                    .forEach((partition, found) ->
                            positions.add(new TopicPartitionOffset(topic, partition.partition(), found.offset())));
            return positions;
        }
    }

    private static <T> T answer(KafkaFuture<T> asked) {
        try {
            return asked.get(ASKING.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new UnansweredException("the brokers do not tell the partitions of the change topic", e.getCause());
        } catch (TimeoutException e) {
            throw new UnansweredException("the brokers did not answer within " + ASKING.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnansweredException("interrupted while waiting for the brokers", e);
        }
    }

    private static final class UnansweredException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnansweredException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
