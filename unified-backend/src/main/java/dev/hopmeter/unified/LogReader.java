package dev.hopmeter.unified;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.spring.EmergencyStop;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the log from the slot, on one thread, which the kernel wakes when there is something. A connection that is lost is made
 * anew, and the log read from where it was let through last; what the slot has lost ends the service, and so does a primary
 * that lacks what was let through. Up while it reads.
 */
final class LogReader implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);
    private static final String OPTIONS =
            "proto_version '1', publication_names 'hopmeter_orders', messages 'true', binary 'true'";

    /** No slot of that name; a slot that is invalidated, or a server that cannot decode. */
    private static final Set<String> FOR_GOOD = Set.of("42704", "55000");

    private static final Duration STOPPING = Duration.ofSeconds(2);

    private final PrimaryAddress address;
    private final String slot;
    private final LogDecoder decoder;
    private final Gate gate;
    private final EmergencyStop emergencyStop;
    private final Duration statusInterval;
    private final Duration reconnectDelay;
    private final EpochClock clock;
    private final Counter reconnects;
    private final History history = new History();
    private final CountDownLatch stopping = new CountDownLatch(1);

    private volatile @Nullable Thread thread;
    private volatile @Nullable Connection connection;
    private volatile @Nullable LogStream stream;
    private volatile long flushed;

    LogReader(
            PrimaryAddress address,
            LogDecoder decoder,
            Gate gate,
            EmergencyStop emergencyStop,
            UnifiedProperties properties,
            EpochClock clock,
            Counter reconnects) {
        this.address = address;
        this.slot = properties.slot();
        this.decoder = decoder;
        this.gate = gate;
        this.emergencyStop = emergencyStop;
        this.statusInterval = properties.statusInterval();
        this.reconnectDelay = properties.reconnectDelay();
        this.clock = clock;
        this.reconnects = reconnects;
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().name("log-reader").start(this::run);
    }

    @Override
    public void stop() {
        stopping.countDown();
        Thread reading = thread;
        if (reading == null) {
            return;
        }
        reading.interrupt();
        abort();
        try {
            reading.join(STOPPING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Before the web server, whose handshakes promise what comes from then on. */
    @Override
    public int getPhase() {
        return ServletWebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1_024;
    }

    @Override
    public Health health() {
        return stream == null
                ? Health.outOfService().withDetail("slot", slot).build()
                : Health.up().withDetail("slot", slot).build();
    }

    /** The timeline on which the log is read, or was last; 0 before. */
    long timeline() {
        return history.timeline();
    }

    /** The position up to which the log was received; 0 while there is no connection. Not all of it is handed on yet. */
    long received() {
        LogStream now = stream;
        return now == null ? 0 : now.received();
    }

    /** The same, if all of it was handed on and let through; 0 if not, or if nobody can say so just now. */
    long letThrough() {
        // In this order: what was received before nothing was found under way has passed.
        long received = received();
        return !decoder.isInside() && gate.isIdle() ? received : 0;
    }

    /** Postgres need not keep the log up to that position any more; it is told with the next report. */
    void flushed(long position) {
        if (position <= flushed) {
            return;
        }
        flushed = position;
        LogStream now = stream;
        if (now != null) {
            now.flushed(position);
        }
    }

    private void run() {
        try {
            while (stopping.getCount() > 0) {
                try {
                    readUntilItEnds();
                } catch (SQLException e) {
                    decide(e);
                } finally {
                    abort();
                }
                reconnects.increment();
                var _ = stopping.await(reconnectDelay.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            if (stopping.getCount() > 0) {
                emergencyStop.because("reading of the log", e);
                throw e;
            }
        }
    }

    private void decide(SQLException e) {
        if (stopping.getCount() == 0) {
            return;
        }
        if (FOR_GOOD.contains(String.valueOf(e.getSQLState()))) {
            throw new StartRefusedException(
                    "the replication slot " + slot + " cannot be read any more, see docs/unified-slot.md: "
                            + e.getMessage(),
                    e);
        }
        LOG.warn("The log cannot be read, and is tried again in {}: {}", reconnectDelay, e.getMessage());
    }

    private void readUntilItEnds() throws SQLException, InterruptedException {
        long from = gate.restart();
        decoder.restart();
        Connection own = connect();
        connection = own;
        history.goOn(own, from);
        keepOnStandbys(own);
        LogStream reading = LogStream.start(own, slot, OPTIONS, from, statusInterval, clock);
        reading.flushed(flushed);
        stream = reading;
        LOG.info("The log is read from {} on, slot {}", Position.text(from), slot);
        while (stopping.getCount() > 0) {
            while (!gate.awaitRoom(statusInterval)) {
                reading.report();
            }
            ByteBuffer message = reading.read();
            if (message == null) {
                return;
            }
            decoder.read(message);
        }
    }

    /**
     * The server asks for a report in half the time of the silence, and in all of it gives up a reader that sends none, so that
     * the slot is free for its next connection.
     */
    private Connection connect() throws SQLException {
        return address.connect(
                slot,
                Map.of(
                        PGProperty.ASSUME_MIN_SERVER_VERSION,
                        "18",
                        PGProperty.REPLICATION,
                        "database",
                        PGProperty.PREFER_QUERY_MODE,
                        "simple",
                        PGProperty.OPTIONS,
                        "-c wal_sender_timeout=" + address.silence().toMillis()));
    }

    /** A slot that was made as a copy of another is not, unlike that. */
    private void keepOnStandbys(Connection on) throws SQLException {
        try (Statement statement = on.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT failover FROM pg_replication_slots WHERE slot_name = '" + slot + "'")) {
            if (row.next() && !row.getBoolean(1)) {
                statement.execute("ALTER_REPLICATION_SLOT " + slot + " (FAILOVER true)");
            }
        }
    }

    /**
     * Ends the connection, after which there is another: a primary that is stopped in good order waits for whoever reads its
     * log to confirm all of it, which nobody can who has to write down windows there first.
     */
    void letGo() {
        abort();
    }

    /** Ends a read that waits, too. */
    private void abort() {
        stream = null;
        Connection own = connection;
        connection = null;
        if (own != null) {
            try {
                own.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("The connection to the log was broken before it could be closed", e);
            }
        }
    }
}
