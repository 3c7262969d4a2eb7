package dev.hopmeter.unified;

import jakarta.websocket.RemoteEndpoint;
import java.util.ArrayDeque;
import java.util.Queue;
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
        writeNext();
    }

    private void writeNext() {
        String next = next();
        if (next == null) {
            return;
        }
        try {
            remote.sendText(next, result -> {
                if (result.isOK()) {
                    written.run();
                    writeNext();
                } else {
                    broken.run();
                }
            });
        } catch (IllegalStateException e) {
            // The connection is closed: nobody waits for the answer.
            broken.run();
        }
    }

    private @Nullable String next() {
        synchronized (answers) {
            String next = answers.poll();
            writing = next != null;
            return next;
        }
    }
}
