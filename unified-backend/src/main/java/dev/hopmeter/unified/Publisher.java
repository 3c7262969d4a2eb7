package dev.hopmeter.unified;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection that publishes: its frames that wait to be written, in their order. Guarded by the {@link PublishLog}'s lock,
 * but for its answers.
 */
final class Publisher {

    /**
     * A frame that came.
     *
     * @param refusal how it is answered in its turn, if it is not to be written
     */
    record Sent(PublishedFrame frame, @Nullable String refusal) {}

    private final Consumer<String> answers;
    private final Queue<Sent> waiting = new ArrayDeque<>();
    private boolean scheduled;

    /** None waits; the answers to its frames are given to that. */
    Publisher(Consumer<String> answers) {
        this.answers = answers;
    }

    Queue<Sent> waiting() {
        return waiting;
    }

    /** Its next frame is answered so. */
    void answer(String text) {
        answers.accept(text);
    }

    /** Whether some of its frames are being written, or it is in the queue of those whose frames are to be. */
    boolean isScheduled() {
        return scheduled;
    }

    void scheduled(boolean is) {
        scheduled = is;
    }
}
