package dev.hopmeter.cdc;

import dev.hopmeter.cdc.CdcProperties.WhenSlotLost;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Decides before each run of the engine whether it may read, so that no committed order is skipped in silence: the engine by
 * itself would make a missing slot anew and go on behind the gap.
 */
@Component
class Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final CdcProperties properties;
    private final SourceDatabase database;
    private final OffsetsFile offsets;
    private final KafkaAdmin topics;
    private final Counter resnapshots;

    Gate(
            CdcProperties properties,
            SourceDatabase database,
            OffsetsFile offsets,
            KafkaAdmin topics,
            MeterRegistry registry) {
        this.properties = properties;
        this.database = database;
        this.offsets = offsets;
        this.topics = topics;
        this.resnapshots = Counter.builder("hopmeter.cdc.resnapshots")
                .description("Times that a lost slot was replaced and the table read again")
                .register(registry);
    }

    /** The answer of the gate. */
    sealed interface Answer {

        /**
         * The engine may run.
         *
         * @param readTable whether the whole table has to be read first, whatever the configured snapshot mode
         */
        record Open(boolean readTable) implements Answer {}

        /**
         * It may not.
         *
         * @param condition why
         */
        record Shut(Condition condition) implements Answer {}
    }

    /**
     * Looks at Postgres, the slot, the stored position and the brokers.
     *
     * @throws IOException if the files beside the stored position cannot be written
     */
    Answer ask() throws IOException {
        try {
            return look();
        } catch (DataAccessException e) {
            return shut(Condition.waiting(
                    "Postgres does not answer: " + e.getMostSpecificCause().getMessage()));
        }
    }

    /**
     * Looks once more at the slot, after the engine has taken it: a slot dropped since {@link #ask} has been made anew.
     *
     * @throws IllegalStateException if the slot is ahead of the stored position
     */
    void confirm() {
        Optional<StoredPosition> position = offsets.position();
        if (database.slot() instanceof Slot.Usable usable && isAhead(usable, position)) {
            throw new IllegalStateException("the slot was replaced while the engine started");
        }
    }

    private Answer look() throws IOException {
        if (!"logical".equals(database.walLevel())) {
            return shut(Condition.refused(
                    "Postgres runs with wal_level=" + database.walLevel(),
                    "set wal_level=logical and restart Postgres"));
        }
        if (!database.tableIsPublished()) {
            return shut(Condition.waiting("there is no publication " + properties.publication() + " of inserts into "
                    + properties.schema() + "." + properties.table() + " yet"));
        }
        Optional<StoredPosition> position;
        try {
            position = offsets.position();
        } catch (OffsetsUnreadableException e) {
            return lost(String.valueOf(e.getMessage()));
        }
        if (position.isPresent() && !position.get().snapshotUnderWay()) {
            offsets.snapshotDone();
        }
        return judge(database.slot(), position);
    }

    private Answer judge(Slot slot, Optional<StoredPosition> position) throws IOException {
        return switch (slot) {
            case Slot.Absent absent ->
                position.isEmpty() ? open() : lost("there is a stored position and no slot " + properties.slotName());
            case Slot.Broken broken -> lost("the slot " + properties.slotName() + " is lost: " + broken.reason());
            case Slot.Foreign foreign ->
                shut(Condition.refused(
                        "the slot " + properties.slotName() + " belongs to something else: " + foreign.reason(),
                        "give this connector a slot of its own with hopmeter.cdc.slot-name"));
            case Slot.Usable usable -> {
                if (isAhead(usable, position)) {
                    yield lost(
                            "the slot " + properties.slotName() + " was confirmed beyond the stored position, so it was"
                                    + " made anew or another connector used it");
                }
                yield usable.active()
                        ? shut(Condition.waiting("the slot " + properties.slotName() + " is in use by Postgres process "
                                + usable.owner()))
                        : open();
            }
        };
    }

    private static boolean isAhead(Slot.Usable slot, Optional<StoredPosition> position) {
        return position.isPresent()
                && Long.compareUnsigned(slot.confirmed(), position.get().lsn()) > 0;
    }

    private Answer lost(String reason) throws IOException {
        if (properties.whenSlotLost() == WhenSlotLost.REFUSE) {
            return shut(Condition.refused(
                    reason,
                    "orders committed since the stored position can no longer be streamed; start with"
                            + " hopmeter.cdc.when-slot-lost=resnapshot to make a new slot and publish the whole table"
                            + " again (duplicates, nothing lost)"));
        }
        LOG.warn("{}: the slot is made anew and the table is read again", reason);
        offsets.demandSnapshot();
        offsets.delete();
        database.dropSlot();
        resnapshots.increment();
        return open();
    }

    private Answer open() {
        try {
            if (!topics.initialize()) {
                return shut(Condition.waiting("there is no broker to create the topics on"));
            }
        } catch (IllegalStateException | KafkaException e) {
            return shut(Condition.waiting("the brokers do not answer: " + e.getMessage()));
        }
        return new Answer.Open(offsets.snapshotDemanded());
    }

    private static Answer shut(Condition condition) {
        return new Answer.Shut(condition);
    }
}
