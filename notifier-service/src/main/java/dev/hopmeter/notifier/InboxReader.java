package dev.hopmeter.notifier;

import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.RedisKeys;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the inbox in order, on a connection and a thread of its own. A lost Redis is asked again until it answers, from the
 * last entry that was read; any other failure ends the service. Runs before the first subscriber is let in.
 */
final class InboxReader implements SmartLifecycle, HealthIndicator {

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    private final StatefulRedisConnection<String, byte[]> connection;
    private final InboxPosition position;
    private final Arrivals arrivals;
    private final EmergencyStop emergencyStop;
    private final String inbox;
    private final XReadArgs bounds;
    private final Duration timeout;
    private final Counter failures;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable String trouble;
    private volatile @Nullable Thread thread;

    InboxReader(
            StatefulRedisConnection<String, byte[]> connection,
            String notifier,
            InboxPosition position,
            Arrivals arrivals,
            EmergencyStop emergencyStop,
            NotifierProperties properties,
            MeterRegistry meters) {
        this.connection = connection;
        this.position = position;
        this.arrivals = arrivals;
        this.emergencyStop = emergencyStop;
        this.inbox = RedisKeys.inbox(notifier);
        this.bounds = new XReadArgs().block(properties.inboxBlock()).count(properties.inboxBatch());
        this.timeout = properties.inboxBlock().plus(properties.replyTimeout());
        this.failures = Counter.builder("hopmeter.notifier.inbox.failures")
                .description("Reads of the inbox that Redis did not answer")
                .register(meters);
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().name("inbox").start(() -> {
            try {
                read();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                emergencyStop.because("reader of the inbox", e);
            }
        });
    }

    @Override
    public void stop() {
        stopping.countDown();
        connection.close();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(timeout);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    @Override
    public int getPhase() {
        return Phases.BEFORE_THE_WEB_SERVER;
    }

    @Override
    public Health health() {
        String what = trouble;
        if (!isRunning()) {
            return Health.down().withDetail("reader", "ended").build();
        }
        return what == null
                ? Health.up().withDetail("last", position.last()).build()
                : Health.down().withDetail("reader", what).build();
    }

    private void read() throws InterruptedException {
        while (stopping.getCount() > 0) {
            List<StreamMessage<String, byte[]>> entries = entriesAfterLast();
            if (entries == null) {
                stopping.await(PAUSE_AFTER_FAILURE.toNanos(), TimeUnit.NANOSECONDS);
                continue;
            }
            if (!entries.isEmpty()) {
                position.read(entries.getLast().getId());
                entries.forEach(arrivals::fromInbox);
            }
        }
    }

    private @Nullable List<StreamMessage<String, byte[]>> entriesAfterLast() {
        try {
            List<StreamMessage<String, byte[]>> entries =
                    Replies.await(connection.async().xread(bounds, StreamOffset.from(inbox, position.last())), timeout);
            trouble = null;
            return entries == null ? List.of() : entries;
        } catch (RedisUnreachableException e) {
            if (stopping.getCount() > 0) {
                failures.increment();
                trouble = e.getMessage();
            }
            return null;
        }
    }
}
