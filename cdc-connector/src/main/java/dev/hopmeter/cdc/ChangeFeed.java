package dev.hopmeter.cdc;

import dev.hopmeter.spring.Stamps;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Hands what one run of the engine reads to the publisher, without waiting for the brokers, and marks as processed only what
 * they have acknowledged, in order.
 *
 * <p>The engine's committer is used on the engine's thread alone: {@link #performCommit} marks the acknowledged prefix, and
 * the engine calls it after each batch and after each poll that found nothing, just before it would store the position. A
 * failed send or a position that did not reach the disk is thrown there and ends the run.
 */
final class ChangeFeed implements ChangeConsumer<RecordChangeEvent<SourceRecord>>, OffsetCommitPolicy {

    private final Stamps stamps;
    private final OrderPublisher publisher;
    private final OffsetsFile offsets;
    private final Duration flushInterval;
    private final Duration drainTimeout;
    private final AcknowledgedPrefix<RecordChangeEvent<SourceRecord>> prefix;

    private volatile boolean stopping;
    private volatile boolean progressed;
    private @Nullable RecordCommitter<RecordChangeEvent<SourceRecord>> committer;
    private @Nullable SourceRecord lastMarked;
    private Optional<Long> dueOnDisk = Optional.empty();

    ChangeFeed(Stamps stamps, OrderPublisher publisher, OffsetsFile offsets, CdcProperties properties) {
        this.stamps = stamps;
        this.publisher = publisher;
        this.offsets = offsets;
        this.flushInterval = properties.offsetFlushInterval();
        this.drainTimeout = properties.closeTimeout().dividedBy(2);
        this.prefix = new AcknowledgedPrefix<>(properties.maxInFlight());
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> batch, RecordCommitter<RecordChangeEvent<SourceRecord>> engine)
            throws InterruptedException {
        long captured = stamps.now();
        committer = engine;
        for (RecordChangeEvent<SourceRecord> change : batch) {
            if (stopping) {
                endRun(engine);
            }
            AcknowledgedPrefix<RecordChangeEvent<SourceRecord>>.Sent sent = prefix.append(change);
            publisher.publish(change.record(), captured, sent::acknowledged, sent::failed);
        }
        engine.markBatchFinished();
    }

    /** Marks the acknowledged prefix, then answers whether the position is due to be stored. */
    @Override
    public boolean performCommit(long recordsSinceLastCommit, Duration sinceLastCommit) {
        checkStored();
        mark();
        boolean due = sinceLastCommit.compareTo(flushInterval) >= 0;
        if (due && lastMarked != null) {
            dueOnDisk = farthest(lastMarked);
        }
        return due;
    }

    /** Takes no further batch: the next one ends the run, once what is under way has arrived. */
    void stop() {
        stopping = true;
    }

    /** Waits for half the close timeout at most until everything sent is acknowledged and marked. */
    void awaitEmpty() throws InterruptedException {
        var _ = prefix.awaitEmpty(drainTimeout.toNanos());
    }

    /** How many records are sent and not acknowledged. */
    int inFlight() {
        return prefix.unacknowledged();
    }

    /** Whether any record of this run has been acknowledged and marked. */
    boolean progressed() {
        return progressed;
    }

    private void endRun(RecordCommitter<RecordChangeEvent<SourceRecord>> engine) throws InterruptedException {
        var _ = prefix.awaitAcknowledged(drainTimeout.toNanos());
        engine.markBatchFinished();
        throw new StopEngineException("the connector stops");
    }

    private void mark() {
        RecordCommitter<RecordChangeEvent<SourceRecord>> engine = committer;
        if (engine == null) {
            return;
        }
        for (RecordChangeEvent<SourceRecord> acknowledged : prefix.take()) {
            try {
                engine.markProcessed(acknowledged);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while marking", e);
            }
            lastMarked = acknowledged.record();
            progressed = true;
        }
    }

    private void checkStored() {
        if (dueOnDisk.isPresent()) {
            long due = dueOnDisk.get();
            dueOnDisk = Optional.empty();
            Optional<StoredPosition> stored = offsets.position();
            if (stored.isEmpty() || Long.compareUnsigned(stored.get().lsn(), due) < 0) {
                throw new IllegalStateException("the position cannot be stored in " + offsets);
            }
        }
    }

    private static Optional<Long> farthest(SourceRecord record) {
        Map<String, ?> offset = record.sourceOffset();
        return offset.get("lsn") instanceof Long lsn ? Optional.of(lsn) : Optional.empty();
    }
}
