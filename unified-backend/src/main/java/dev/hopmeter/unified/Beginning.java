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
            Optional<Windows.Checkpoint> last = checkpoints.read();
            Optional<Slot.State> found = slot.state();
            if (found.isEmpty() && last.isEmpty()) {
                return anew(slot.create());
            }
            String lost = found.isEmpty() ? "it is not there" : found.get().lost();
            if (lost == null) {
                return last.isPresent() ? last.get() : anew(found.orElseThrow().confirmed());
            }
            if (policy == SlotLost.FAIL) {
                throw new StartRefusedException("the replication slot " + slot.name() + " has lost the log that follows"
                        + " the last checkpoint (" + lost + "): orders and events are missing in the windows. With"
                        + " hopmeter.unified.slot-lost=start-anew the windows start anew; see docs/unified-slot.md");
            }
            LOG.warn("The slot {} has lost the log ({}): the windows start anew", slot.name(), lost);
            if (found.isPresent()) {
                slot.drop();
            }
            return anew(slot.create());
        } catch (SQLException e) {
            throw new StartRefusedException("the slot and the last checkpoint cannot be read: " + e.getMessage(), e);
        }
    }

    private Windows.Checkpoint anew(long position) throws SQLException {
        checkpoints.startAnew(position);
        return checkpoints.read().orElseThrow();
    }
}
