package dev.hopmeter.unified;

import dev.hopmeter.spring.EmergencyStop;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the log from the slot, on one thread, which the kernel wakes when there is something. A connection that is lost is made
 * anew, and the log read from where it was let through last; what the slot has lost ends the service. Up while it reads.
 */
final class LogReader implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);
    private static final String PUBLICATION = "hopmeter_orders";

    /** No slot of that name; a slot that is invalidated, or a server that cannot decode. */
    private static final Set<String> FOR_GOOD = Set.of("42704", "55000");

    private static final Duration STOPPING = Duration.ofSeconds(2);

    private final JdbcConnectionDetails address;
    private final String slot;
    private final LogDecoder decoder;
    private final Gate gate;
    private final EmergencyStop emergencyStop;
    private final Duration statusInterval;
    private final Duration reconnectDelay;
    private final Counter reconnects;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private volatile @Nullable Thread thread;
    private volatile @Nullable Connection connection;
    private volatile @Nullable PGReplicationStream stream;
    private volatile long flushed;

    LogReader(
            JdbcConnectionDetails address,
            LogDecoder decoder,
            Gate gate,
            EmergencyStop emergencyStop,
            UnifiedProperties properties,
            Counter reconnects) {
        this.address = address;
        this.slot = properties.slot();
        this.decoder = decoder;
        this.gate = gate;
        this.emergencyStop = emergencyStop;
        this.statusInterval = properties.statusInterval();
        this.reconnectDelay = properties.reconnectDelay();
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

    /** The position up to which the log was received; 0 while there is no connection. Not all of it is handed on yet. */
    long received() {
        PGReplicationStream now = stream;
        return now == null ? 0 : now.getLastReceiveLSN().asLong();
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
        PGReplicationStream now = stream;
        if (now != null) {
            tell(now, position);
        }
    }

    private static void tell(PGReplicationStream to, long position) {
        LogSequenceNumber number = LogSequenceNumber.valueOf(position);
        to.setAppliedLSN(number);
        to.setFlushedLSN(number);
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
        keepOnStandbys(own);
        PGReplicationStream reading = open(own, from);
        tell(reading, flushed);
        stream = reading;
        LOG.info("The log is read from {} on, slot {}", Position.text(from), slot);
        while (stopping.getCount() > 0) {
            while (!gate.awaitRoom(statusInterval)) {
                reading.forceUpdateStatus();
            }
            ByteBuffer message = reading.read();
            if (message == null) {
                return;
            }
            decoder.read(message);
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, address.getUsername());
        PGProperty.PASSWORD.set(properties, address.getPassword());
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "18");
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.APPLICATION_NAME.set(properties, slot);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.LOGIN_TIMEOUT.set(properties, 10);
        return DriverManager.getConnection(address.getJdbcUrl(), properties);
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

    private PGReplicationStream open(Connection on, long from) throws SQLException {
        return on.unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withStartPosition(LogSequenceNumber.valueOf(from))
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", PUBLICATION)
                .withSlotOption("messages", true)
                .withSlotOption("binary", true)
                .withStatusInterval(Math.toIntExact(statusInterval.toMillis()), TimeUnit.MILLISECONDS)
                .start();
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
