package dev.hopmeter.unified;

import dev.hopmeter.spring.EmergencyStop;
import io.micrometer.core.instrument.Counter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Asks the primary how far its standbys have flushed, on a connection of its own, while something waits in the gate for longer
 * than the answer to a commit of this instance takes: what another instance committed, or whose answer got lost.
 */
final class Standbys implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Standbys.class);

    /**
     * How far the furthest standby has flushed, as one is enough for a second copy, and how far the primary has. One that need
     * not be waited for, as another reader of a slot, has no copy.
     */
    private static final String FLUSHED = """
        SELECT coalesce(max(pg_wal_lsn_diff(flush_lsn, '0/0')), 0)::bigint,
            pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint
        FROM pg_stat_replication WHERE sync_state = 'quorum'
        """;

    /** Flushes some bytes of the log that mean nothing, by which the primary wakes those who send it. */
    private static final String NUDGE = "SELECT pg_logical_emit_message(false, 'hopmeter.nudge', '', true)";

    /** Of the patience, while nothing gets any further. */
    private static final int MOST_DOUBLINGS = 6;

    private static final Duration STOPPING = Duration.ofSeconds(2);

    private final PrimaryAddress address;
    private final String instance;
    private final Gate gate;
    private final EmergencyStop emergencyStop;
    private final Supplier<Duration> patience;
    private final Duration reconnectDelay;
    private final Counter asked;
    private final Counter nudged;
    private volatile @Nullable Thread thread;

    Standbys(
            PrimaryAddress address,
            String instance,
            Gate gate,
            EmergencyStop emergencyStop,
            Supplier<Duration> patience,
            Duration reconnectDelay,
            Counter asked,
            Counter nudged) {
        this.address = address;
        this.instance = instance;
        this.gate = gate;
        this.emergencyStop = emergencyStop;
        this.patience = patience;
        this.reconnectDelay = reconnectDelay;
        this.asked = asked;
        this.nudged = nudged;
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
                try (Connection own = address.connect("standbys-of-" + instance, Map.of());
                        PreparedStatement flushed = own.prepareStatement(FLUSHED);
                        PreparedStatement nudge = own.prepareStatement(NUDGE)) {
                    askAgainAndAgain(flushed, nudge);
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

    /**
     * A sender of the log can miss that there is more of it, and then sleeps until the next flush, which may be one that waits
     * for what it does not send. So where nothing was flushed since, something is.
     */
    private void askAgainAndAgain(PreparedStatement flushed, PreparedStatement nudge)
            throws SQLException, InterruptedException {
        long lastFlushed = 0;
        int doublings = 0;
        while (true) {
            gate.awaitNeed(patience.get().multipliedBy(1L << doublings));
            asked.increment();
            long known;
            try (ResultSet row = flushed.executeQuery()) {
                row.next();
                known = row.getLong(2);
                gate.confirmedThrough(row.getLong(1));
            }
            if (!gate.isWaitedFor()) {
                doublings = 0;
                continue;
            }
            if (known <= Math.max(lastFlushed, gate.lastRead())) {
                nudged.increment();
                nudge.execute();
                doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
            }
            lastFlushed = known;
        }
    }
}
