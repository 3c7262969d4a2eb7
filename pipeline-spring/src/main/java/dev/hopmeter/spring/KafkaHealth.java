package dev.hopmeter.spring;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Up while the brokers answer and every listener runs; a listener that has died is down for good. Holds one connection to
 * the brokers until it is closed. Safe for use by many threads; blocks for the time-out at most.
 */
public final class KafkaHealth implements HealthIndicator, AutoCloseable {

    private final Admin admin;
    private final Supplier<? extends Collection<? extends MessageListenerContainer>> listeners;
    private final Duration timeout;

    /** Asks the brokers that the admin is configured for, and those listeners. */
    public KafkaHealth(
            KafkaAdmin admin,
            Supplier<? extends Collection<? extends MessageListenerContainer>> listeners,
            Duration timeout) {
        this.admin = Admin.create(admin.getConfigurationProperties());
        this.listeners = listeners;
        this.timeout = timeout;
    }

    /** Those that it watches, as they are now. */
    Collection<? extends MessageListenerContainer> listeners() {
        return listeners.get();
    }

    @Override
    public Health health() {
        for (MessageListenerContainer listener : listeners.get()) {
            if (!listener.isRunning() || !listener.isInExpectedState()) {
                return Health.down()
                        .withDetail("stopped", String.valueOf(listener.getListenerId()))
                        .build();
            }
        }
        int millis = Math.toIntExact(timeout.toMillis());
        try {
            int brokers = admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis))
                    .nodes()
                    .get(millis, TimeUnit.MILLISECONDS)
                    .size();
            return Health.up().withDetail("brokers", brokers).build();
        } catch (ExecutionException | TimeoutException e) {
            return Health.down(e).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.down(e).build();
        }
    }

    @Override
    public void close() {
        admin.close(timeout);
    }
}
