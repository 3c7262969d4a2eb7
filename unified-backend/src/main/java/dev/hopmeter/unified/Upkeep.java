package dev.hopmeter.unified;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.spring.EmergencyStop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Writes the checkpoints, lets Postgres throw away the log before them, and measures how much of it the slot holds back. A
 * database that fails is tried again with the next one; any other failure ends the service.
 */
final class Upkeep implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** Windows that are past their retention are thrown away once in so many checkpoints. */
    private static final int EXPIRY = 60;

    private static final Duration STOPPING = Duration.ofSeconds(3);

    private final Windows windows;
    private final Checkpoints checkpoints;
    private final LogReader reader;
    private final Slot slot;
    private final Durability durability;
    private final EmergencyStop emergencyStop;
    private final EpochClock clock;
    private final UnifiedProperties properties;
    private final Counter failures;
    private final ScheduledExecutorService checkpointing = timer("checkpoints");
    private final ScheduledExecutorService watching = timer("slot-check");

    private int rounds;
    private volatile long checkpointNanos;
    private volatile Slot.State state = new Slot.State(0, 0, 0, null);
    private volatile boolean running;

    Upkeep(
            Windows windows,
            Checkpoints checkpoints,
            LogReader reader,
            Slot slot,
            Durability durability,
            EmergencyStop emergencyStop,
            EpochClock clock,
            UnifiedProperties properties,
            MeterRegistry meters) {
        this.windows = windows;
        this.checkpoints = checkpoints;
        this.reader = reader;
        this.slot = slot;
        this.durability = durability;
        this.emergencyStop = emergencyStop;
        this.clock = clock;
        this.properties = properties;
        this.checkpointNanos = clock.nanos();
        this.failures = Counter.builder("hopmeter.unified.checkpoint.failures")
                .description("Checkpoints that were not written, and are tried again")
                .register(meters);
        bytes(meters, "stream.position", "The log's position up to which it was read", each ->
                (double) reader.received());
        bytes(meters, "slot.lag", "How much of the log follows what the slot has confirmed", each ->
                (double) each.state.lagBytes());
        bytes(meters, "slot.retained", "How much of the log Postgres keeps because of the slot", each ->
                (double) each.state.retainedBytes());
        Gauge.builder("hopmeter.unified.checkpoint.age", this, Upkeep::ageSeconds)
                .description("How long ago the last checkpoint was found written, or nothing to write")
                .baseUnit("seconds")
                .register(meters);
    }

    private void bytes(MeterRegistry meters, String name, String description, ToDoubleFunction<Upkeep> value) {
        Gauge.builder("hopmeter.unified." + name, this, value)
                .description(description)
                .baseUnit(BaseUnits.BYTES)
                .register(meters);
    }

    private double ageSeconds() {
        return (clock.nanos() - checkpointNanos) / 1e9;
    }

    @Override
    public void start() {
        running = true;
        every(properties.checkpoint(), checkpointing, "checkpoint", () -> {
            try {
                checkpoint();
            } catch (SQLException e) {
                if (isConnectionLost(e)) {
                    reader.letGo();
                }
                throw e;
            }
        });
        every(properties.slotCheck(), watching, "look at the slot", this::look);
    }

    @Override
    public void stop() {
        watching.shutdownNow();
        checkpointing.shutdown();
        try {
            if (checkpointing.awaitTermination(STOPPING.toSeconds(), TimeUnit.SECONDS)) {
                last();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stops after the log's reader, so that the last checkpoint has everything. */
    @Override
    public int getPhase() {
        return reader.getPhase() - 1;
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    private void every(Duration period, ScheduledExecutorService on, String name, Work work) {
        long nanos = period.toNanos();
        var _ = on.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (SQLException e) {
                        failures.increment();
                        LOG.warn("The {} failed, and is tried again: {}", name, e.getMessage());
                    } catch (RuntimeException | Error e) {
                        emergencyStop.because(name, e);
                        throw e;
                    }
                },
                nanos,
                nanos,
                TimeUnit.NANOSECONDS);
    }

    /** There is none, or the server is being stopped. */
    private static boolean isConnectionLost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    private void last() {
        try {
            checkpoint();
        } catch (SQLException e) {
            LOG.warn("The last checkpoint failed; the log is read again from the one before: {}", e.getMessage());
        }
    }

    /** Where all that was received is let through, the position goes beyond the checkpoint's: nothing in between is summed. */
    private void checkpoint() throws SQLException {
        long letThrough = reader.letThrough();
        Windows.Checkpoint now = windows.checkpoint();
        if (!now.changed().isEmpty()) {
            boolean done = false;
            try {
                checkpoints.write(now, reader.timeline());
                done = true;
            } finally {
                if (!done) {
                    windows.giveBack(now);
                }
            }
        }
        checkpointNanos = clock.nanos();
        reader.flushed(Math.max(now.position(), letThrough));
        if (++rounds % EXPIRY == 0) {
            checkpoints.expire(windows.expire());
        }
    }

    private void look() throws SQLException {
        durability.checkStillClaimed();
        state = slot.state().orElse(state);
        if (state.lost() != null) {
            LOG.error("The slot {} has lost the log: {}; see docs/unified-slot.md", slot.name(), state.lost());
        }
    }
}
