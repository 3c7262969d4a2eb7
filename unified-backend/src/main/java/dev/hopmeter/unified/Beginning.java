package dev.hopmeter.unified;

import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a start finds of the instance's earlier life: its slot, its windows, and whether the log between the two is there. */
final class Beginning {

    private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

    private final Slot slot;
    private final Checkpoints checkpoints;
    private final SlotLost policy;

    Beginning(Slot slot, Checkpoints checkpoints, SlotLost policy) {
        this.slot = slot;
        this.checkpoints = checkpoints;
        this.policy = policy;
    }

    /**
     * The windows and the position to start with; the slot is there from then on.
     *
     * @throws StartRefusedException if the log is not there, and nobody said to start without it
     */
    Windows.Checkpoint find() {
        try {
            return slot.alone(this::findAlone);
        } catch (SQLException e) {
            throw new StartRefusedException("the slot and the last checkpoint cannot be read: " + e.getMessage(), e);
        }
    }

    /** Instances that start at the same time begin one after the other, so that the second finds what the first begins with. */
    private Windows.Checkpoint findAlone() throws SQLException {
        Optional<Windows.Checkpoint> last = checkpoints.read();
        Optional<Slot.State> found = slot.state();
        String lost = found.isEmpty() ? "it is not there" : found.get().lost();
        if (lost == null && last.isPresent()) {
            return last.get();
        }
        Optional<String> other = checkpoints.otherWithItsLog();
        if (last.isPresent() && other.isEmpty() && policy == SlotLost.FAIL) {
            throw new StartRefusedException("the replication slot " + slot.name() + " has lost the log that follows"
                    + " the last checkpoint (" + lost + "): orders and events are missing in the windows. With"
                    + " hopmeter.unified.slot-lost=start-anew the windows start anew; see docs/unified-slot.md");
        }
        if (last.isPresent()) {
            LOG.warn(
                    "The slot {} has lost the log ({}): the windows {}",
                    slot.name(),
                    lost,
                    other.map(instance -> "are those of " + instance).orElse("start anew"));
        }
        if (found.isPresent()) {
            slot.drop();
        }
        if (other.isPresent()) {
            // First the slot: what it keeps of the log begins before whatever the other has written down since.
            slot.copyFrom(Slot.name(other.get()));
            checkpoints.copyFrom(other.get());
        } else {
            checkpoints.startAnew(slot.create());
        }
        return checkpoints.read().orElseThrow();
    }
}
