package dev.hopmeter.unified;

import dev.hopmeter.spring.EmergencyStop;
import io.micrometer.core.instrument.Counter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Asks the primary how far its standbys have flushed, on a connection of its own, while something waits in the gate for longer
 * than the answer to a commit of this instance takes: what another instance committed, or whose answer got lost.
 */
final class Standbys implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Standbys.class);

    /** One standby is enough for a second copy. One that need not be waited for, as another reader of a slot, has none. */
    private static final String FLUSHED = """
        SELECT coalesce(max(pg_wal_lsn_diff(flush_lsn, '0/0')), 0)::bigint FROM pg_stat_replication
        WHERE sync_state = 'quorum'
        """;

    private static final int SOCKET_TIMEOUT_SECONDS = 10;
    private static final Duration STOPPING = Duration.ofSeconds(2);

    private final JdbcConnectionDetails address;
    private final String instance;
    private final Gate gate;
    private final EmergencyStop emergencyStop;
    private final Supplier<Duration> patience;
    private final Duration reconnectDelay;
    private final Counter asked;
    private volatile @Nullable Thread thread;

    Standbys(
            JdbcConnectionDetails address,
            String instance,
            Gate gate,
            EmergencyStop emergencyStop,
            Supplier<Duration> patience,
            Duration reconnectDelay,
            Counter asked) {
        this.address = address;
        this.instance = instance;
        this.gate = gate;
        this.emergencyStop = emergencyStop;
        this.patience = patience;
        this.reconnectDelay = reconnectDelay;
        this.asked = asked;
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().name("standbys").start(this::run);
    }

    @Override
    public void stop() {
        Thread asking = thread;
        if (asking == null) {
            return;
        }
        asking.interrupt();
        try {
            asking.join(STOPPING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return ServletWebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1_024;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try (Connection own = connect();
                        PreparedStatement statement = own.prepareStatement(FLUSHED)) {
                    while (true) {
                        gate.awaitNeed(patience.get());
                        ask(statement);
                    }
                } catch (SQLException e) {
                    LOG.debug("The primary does not tell how far its standbys are", e);
                    Thread.sleep(reconnectDelay);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            emergencyStop.because("asking for the standbys", e);
            throw e;
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, address.getUsername());
        PGProperty.PASSWORD.set(properties, address.getPassword());
        PGProperty.APPLICATION_NAME.set(properties, "standbys-of-" + instance);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.SOCKET_TIMEOUT.set(properties, SOCKET_TIMEOUT_SECONDS);
        return DriverManager.getConnection(address.getJdbcUrl(), properties);
    }

    private void ask(PreparedStatement statement) throws SQLException {
        asked.increment();
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            gate.confirmedThrough(row.getLong(1));
        }
    }
}
