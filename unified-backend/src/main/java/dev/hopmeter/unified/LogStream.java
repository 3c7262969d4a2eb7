package dev.hopmeter.unified;

import dev.hopmeter.contract.EpochClock;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyDual;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * What the primary sends of a slot's log: "Streaming Replication Protocol" in Postgres's documentation. A primary that has nothing
 * to say asks for a report in half the time that its session's {@code wal_sender_timeout} says, and is answered at once; so one
 * that says nothing for all of that time is silent. pgjdbc's own stream has no such limit, or ends where nothing is to be read (its
 * issue 4328). One thread reads and reports; any may ask for positions and set them.
 */
final class LogStream {

    /** Postgres counts microseconds from 2000 on. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private static final int REPORT_LENGTH = 1 + 4 * Long.BYTES + 1;

    private final CopyDual copy;
    private final EpochClock clock;
    private final long intervalNanos;
    private long reportedNanos;
    private volatile long received;
    private volatile long flushed;

    private LogStream(CopyDual copy, EpochClock clock, Duration interval, long from) {
        this.copy = copy;
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
        this.received = from;
    }

    /**
     * Starts it.
     *
     * @param connection whose socket's time-out is how long the primary may say nothing
     * @param options of {@code pgoutput}
     * @param interval between two reports, while there is something to read
     */
    static LogStream start(
            Connection connection, String slot, String options, long from, Duration interval, EpochClock clock)
            throws SQLException {
        CopyDual copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyDual("START_REPLICATION SLOT " + slot + " LOGICAL " + Position.text(from) + " (" + options + ")");
        return new LogStream(copy, clock, interval, from);
    }

    /** The position up to which the log was received. */
    long received() {
        return received;
    }

    /** The log up to that position need not be kept any more; the next report says so. */
    void flushed(long position) {
        flushed = position;
    }

    /**
     * The next message of the log; null if the primary has ended the stream. Blocks until there is one.
     *
     * @throws SQLException if the connection is lost, or the primary has said nothing for too long
     */
    @Nullable
    ByteBuffer read() throws SQLException {
        byte[] bytes = receive();
        while (bytes != null) {
            ByteBuffer message = ByteBuffer.wrap(bytes);
            byte type = message.get();
            switch (type) {
                case 'k' -> {
                    received = Math.max(received, message.getLong());
                    message.getLong();
                    reportIfDue(message.get() != 0);
                }
                case 'w' -> {
                    received = message.getLong();
                    message.getLong();
                    message.getLong();
                    reportIfDue(false);
                    return message.slice();
                }
                default -> throw new PSQLException("a message of type " + type, PSQLState.PROTOCOL_VIOLATION);
            }
            bytes = receive();
        }
        return null;
    }

    private byte @Nullable [] receive() throws SQLException {
        try {
            return copy.readFromCopy(true);
        } catch (PSQLException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw new PSQLException("the primary says nothing", PSQLState.CONNECTION_FAILURE, e);
            }
            throw e;
        }
    }

    private void reportIfDue(boolean asked) throws SQLException {
        if (asked || Math.abs(clock.nanos() - reportedNanos) >= intervalNanos) {
            report();
        }
    }

    /** Tells how far the log is read. */
    void report() throws SQLException {
        long now = clock.nanos();
        ByteBuffer report = ByteBuffer.allocate(REPORT_LENGTH);
        report.put((byte) 'r');
        report.putLong(received);
        report.putLong(flushed);
        report.putLong(flushed);
        report.putLong(now / 1_000 - EPOCH_MICROS);
        report.put((byte) 0);
        copy.writeToCopy(report.array(), 0, REPORT_LENGTH);
        copy.flushCopy();
        reportedNanos = now;
    }
}
