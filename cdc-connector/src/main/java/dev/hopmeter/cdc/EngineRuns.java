package dev.hopmeter.cdc;

import dev.hopmeter.spring.Stamps;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ConnectorCallback;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Runs the engine again and again, on a thread of its own, whenever the {@link Gate} lets it. A run that fails is followed
 * by another from the acknowledged prefix, after a back-off that doubles until a run gets on; only a stop ends this.
 */
@Component
class EngineRuns implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EngineRuns.class);
    private static final Duration CLOSE_AGAIN = Duration.ofMillis(50);

    private final CdcProperties properties;
    private final EngineSettings settings;
    private final Gate gate;
    private final OrderPublisher publisher;
    private final OffsetsFile offsets;
    private final Stamps stamps;
    private final LastResort lastResort;
    private final Counter failures;
    private final CountDownLatch stopRequested = new CountDownLatch(1);

    private volatile Condition condition = Condition.waiting("the connector starts");
    private volatile @Nullable String unresolved;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Run current;

    EngineRuns(
            CdcProperties properties,
            EngineSettings settings,
            Gate gate,
            OrderPublisher publisher,
            OffsetsFile offsets,
            Stamps stamps,
            LastResort lastResort,
            MeterRegistry registry) {
        this.properties = properties;
        this.settings = settings;
        this.gate = gate;
        this.publisher = publisher;
        this.offsets = offsets;
        this.stamps = stamps;
        this.lastResort = lastResort;
        this.failures = Counter.builder("hopmeter.cdc.failures")
                .description("Runs of the engine, or attempts at one, that failed")
                .register(registry);
        Gauge.builder("hopmeter.cdc.in.flight", this, EngineRuns::inFlight)
                .description("Records sent to the brokers and not acknowledged yet")
                .register(registry);
    }

    private record Run(DebeziumEngine<RecordChangeEvent<SourceRecord>> engine, ChangeFeed feed) {}

    /** How the connector is now. */
    Condition condition() {
        return condition;
    }

    @Override
    public void start() {
        Thread started = Thread.ofPlatform()
                .name("engine-runs")
                .uncaughtExceptionHandler((dead, e) -> {
                    LOG.error("the connector cannot go on", e);
                    lastResort.halt();
                })
                .unstarted(this::runUntilStopped);
        thread = started;
        started.start();
    }

    /** Lets what is under way arrive, closes the engine, and halts the process if that takes longer than allowed. */
    @Override
    public void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        condition = Condition.stopped();
        stopRequested.countDown();
        Thread closing = Thread.ofPlatform().name("engine-close").daemon().start(() -> close(running));
        try {
            if (closing.join(properties.closeTimeout())) {
                thread = null;
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.error("the engine did not close within {}: the process is halted", properties.closeTimeout());
        lastResort.halt();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void runUntilStopped() {
        Duration backOff = properties.retryInterval();
        while (!stopping()) {
            boolean progressed = false;
            try {
                switch (gate.ask()) {
                    case Gate.Answer.Shut shut -> {
                        report(shut.condition());
                        pause(properties.retryInterval());
                        continue;
                    }
                    case Gate.Answer.Open open -> progressed = run(open.readTable());
                }
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
            backOff = progressed ? properties.retryInterval() : backOff;
            pause(backOff);
            Duration doubled = backOff.multipliedBy(2);
            backOff = doubled.compareTo(properties.maxBackOff()) < 0 ? doubled : properties.maxBackOff();
        }
    }

    private boolean run(boolean readTable) {
        report(Condition.waiting("the engine starts"));
        ChangeFeed feed = new ChangeFeed(stamps, publisher, offsets, properties);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings.forRun(readTable))
                .using(feed)
                .using(new ConnectorCallback() {
                    @Override
                    public void pollingStarted() {
                        gate.confirm();
                        report(Condition.running());
                    }
                })
                .using((success, message, error) -> failure.set(error))
                .notifying(feed)
                .build();
        current = new Run(engine, feed);
        try {
            if (!stopping()) {
                engine.run();
            }
        } finally {
            current = null;
        }
        if (!stopping()) {
            Throwable error = failure.get();
            fail(error == null ? new IllegalStateException("the engine ended by itself") : error);
            publisher.startAnew();
        }
        return feed.progressed();
    }

    private void close(Thread running) {
        Run run = current;
        if (run == null) {
            running.interrupt();
        } else {
            run.feed().stop();
        }
        try {
            if (run != null) {
                run.feed().awaitEmpty();
                close(run, running);
            }
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Run run, Thread running) throws InterruptedException {
        while (running.isAlive()) {
            try {
                run.engine().close();
                return;
            } catch (IllegalStateException e) {
                LOG.debug("the engine is starting, or closes already", e);
                running.join(CLOSE_AGAIN);
            } catch (IOException e) {
                LOG.warn("the engine did not close cleanly", e);
                return;
            }
        }
    }

    private void report(Condition next) {
        String earlier = unresolved;
        Condition shown = next;
        if (next.phase() == Condition.Phase.RUNNING) {
            unresolved = null;
        } else if (next.phase() == Condition.Phase.WAITING && earlier != null) {
            shown = Condition.failed(next.reason() + ", after: " + earlier);
        }
        if (stopping()) {
            return;
        }
        if (!shown.equals(condition)) {
            LOG.info("{}: {}", shown.phase(), shown.reason());
        }
        condition = shown;
    }

    private void fail(Throwable error) {
        if (stopping()) {
            return;
        }
        failures.increment();
        LOG.warn("the engine failed and is started again from the acknowledged prefix", error);
        String reason = reason(error);
        unresolved = reason;
        condition = Condition.failed(reason);
    }

    private static String reason(Throwable error) {
        String message = String.valueOf(error.getMessage());
        Throwable root = NestedExceptionUtils.getRootCause(error);
        return root == null || root.getMessage() == null || message.contains(root.getMessage())
                ? message
                : message + ": " + root.getMessage();
    }

    private double inFlight() {
        Run run = current;
        return run == null ? 0 : run.feed().inFlight();
    }

    private boolean stopping() {
        return stopRequested.getCount() == 0;
    }

    private void pause(Duration duration) {
        try {
            var _ = stopRequested.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            LOG.debug("woken to stop", e);
        }
    }
}
