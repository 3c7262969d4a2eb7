package dev.hopmeter.notifier;

import dev.hopmeter.spring.EmergencyStop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Gives the signs of life, one at once when a lost Redis is back, and with each: mends what Redis lost, trims the inbox
 * behind its reader, and takes away what dead notifiers left. Where Redis fails, the next one tries again; any other failure
 * ends the service. Before it ends it disconnects every subscriber.
 */
final class Heartbeat implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private static final Duration SOON = Duration.ofMillis(100);

    private final SubscriptionRegistry registry;
    private final Subscribers subscribers;
    private final EmergencyStop emergencyStop;
    private final Duration period;
    private final Counter failures;
    private final Counter reaped;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeat").factory());
    private volatile boolean running;
    private boolean mendSurely;
    private boolean triedAgainSoon;

    Heartbeat(
            SubscriptionRegistry registry,
            Subscribers subscribers,
            EmergencyStop emergencyStop,
            Duration period,
            MeterRegistry meters) {
        this.registry = registry;
        this.subscribers = subscribers;
        this.emergencyStop = emergencyStop;
        this.period = period;
        this.failures = Counter.builder("hopmeter.notifier.heartbeat.failures")
                .description("Signs of life that Redis did not take")
                .register(meters);
        this.reaped = Counter.builder("hopmeter.notifier.reaped")
                .description("Subscriptions of dead notifiers that were taken away")
                .register(meters);
    }

    @Override
    public void start() {
        running = true;
        registry.whenReconnected(this::beatAtOnce);
        var _ = timer.scheduleWithFixedDelay(this::beat, 0, period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
        timer.shutdown();
        try {
            timer.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        subscribers.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.LAST;
    }

    /** A Redis that comes back may have lost the subscriptions, and with them each message until they are mended. */
    private void beatAtOnce() {
        try {
            timer.execute(this::beat);
        } catch (RejectedExecutionException e) {
            LOG.debug("Redis is back, and this notifier is going away", e);
        }
    }

    /** A Redis that has only just started refuses commands while it reads its files. */
    private void tryAgainSoonIfItIsBack() {
        if (triedAgainSoon || !(mendSurely || registry.cameBack())) {
            return;
        }
        triedAgainSoon = true;
        var _ = timer.schedule(
                () -> {
                    triedAgainSoon = false;
                    beat();
                },
                SOON.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void beat() {
        try {
            SubscriptionRegistry.Beat beat = registry.beat();
            boolean reconnected = registry.reconnected();
            mendSurely = mendSurely || reconnected || !beat.wasAlive();
            if (mendSurely || subscribers.differsFrom(beat.subscriptions())) {
                subscribers.mend(mendSurely);
                mendSurely = false;
            }
            registry.trimInbox();
            reaped.increment((double) registry.reap());
        } catch (RedisUnreachableException e) {
            failures.increment();
            tryAgainSoonIfItIsBack();
        } catch (RuntimeException | Error e) {
            emergencyStop.because("heartbeat", e);
            throw e;
        }
    }
}
