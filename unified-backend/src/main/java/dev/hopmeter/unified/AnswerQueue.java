package dev.hopmeter.unified;

import jakarta.websocket.RemoteEndpoint;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The answers to one connection's frames, written one after the other by whoever has one, without waiting for the client to
 * read. Safe for use by many threads.
 */
final class AnswerQueue {

    private final RemoteEndpoint.Async remote;
    private final Runnable written;
    private final Runnable broken;
    private final Queue<String> answers = new ArrayDeque<>();
    private boolean writing;

    /**
     * Nothing is to be answered yet.
     *
     * @param written is called after each answer that is written
     * @param broken is called if one cannot be
     */
    AnswerQueue(RemoteEndpoint.Async remote, Runnable written, Runnable broken) {
        this.remote = remote;
        this.written = written;
        this.broken = broken;
    }

    /** Writes it after those before. */
    void add(String answer) {
        synchronized (answers) {
            answers.add(answer);
            if (writing) {
                return;
            }
            writing = true;
        }
        writeAll();
    }

    /** One after the other, and not one out of the end of the other, of which there may be as many as the stack has no room for. */
    private void writeAll() {
        boolean ended = true;
        while (ended) {
            String next = next();
            ended = next != null && hasEnded(next);
        }
    }

    /** Begins to write it; false if it is not written yet, and whoever ends that goes on, or if nobody is to. */
    private boolean hasEnded(String answer) {
        // Of the one that writes and the one that is told of its end, the second goes on.
        AtomicBoolean first = new AtomicBoolean(true);
        try {
            remote.sendText(answer, result -> {
                if (!result.isOK()) {
                    broken.run();
                    return;
                }
                written.run();
                if (!first.getAndSet(false)) {
                    writeAll();
                }
            });
        } catch (IllegalStateException e) {
            // The connection is closed: nobody waits for the answer.
            broken.run();
            return false;
        }
        return !first.getAndSet(false);
    }

    private @Nullable String next() {
        synchronized (answers) {
            String next = answers.poll();
            writing = next != null;
            return next;
        }
    }
}
