package dev.hopmeter.unified;

import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;

/**
 * Writes published frames to the log. What waits is written in one transaction, as one message of the log, so that the rate is
 * bound by the log and not by the number of commits; each frame is answered once that is durable. The frames of one connection
 * are written in their order, those of several by several writers at a time. Safe for use by many threads.
 */
final class PublishLog implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(PublishLog.class);

    /** One transaction that writes frames to the log. */
    @FunctionalInterface
    interface Emission {
        /**
         * Returns once they are durable.
         *
         * @throws NotDurableException if they are committed and their second copy is not known
         * @throws SQLException if they may not be committed
         */
        void emit(byte[] content) throws SQLException;
    }

    private final Emission emission;
    private final WireFormat wireFormat;
    private final EmergencyStop emergencyStop;
    private final int writers;
    private final int batchBytes;
    private final long bytesInFlight;
    private final Counter refused;
    private final DistributionSummary batches;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Queue<Publisher> ready = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private long bytes;
    private boolean stopping;

    /**
     * Nothing is published yet.
     *
     * @param refused counts frames that are not accepted
     * @param batches are told how many bytes each transaction has
     */
    PublishLog(
            Emission emission,
            WireFormat wireFormat,
            EmergencyStop emergencyStop,
            UnifiedProperties properties,
            Counter refused,
            DistributionSummary batches) {
        this.emission = emission;
        this.wireFormat = wireFormat;
        this.emergencyStop = emergencyStop;
        this.writers = properties.writers();
        this.batchBytes = properties.batchBytes();
        this.bytesInFlight = properties.bytesInFlight();
        this.refused = refused;
        this.batches = batches;
    }

    /** Has the frame written, or only answered, in its turn; false if there is no room for it. */
    boolean offer(Publisher publisher, Publisher.Sent sent) {
        lock.lock();
        try {
            if (stopping || bytes + sent.frame().length() > bytesInFlight) {
                return false;
            }
            bytes += sent.frame().length();
            publisher.waiting().add(sent);
            if (!publisher.isScheduled()) {
                publisher.scheduled(true);
                ready.add(publisher);
                work.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        for (int i = 1; i <= writers; i++) {
            threads.add(Thread.ofPlatform().name("publish-" + i).start(this::run));
        }
    }

    /** What waits is still written. */
    @Override
    public void stop() {
        lock.lock();
        try {
            stopping = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            for (Thread thread : threads) {
                thread.join(2_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }

    @Override
    public boolean isRunning() {
        return !threads.isEmpty();
    }

    /** Stops while its answers can still be sent. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 512;
    }

    private void run() {
        try {
            for (Batch batch = next(); batch != null; batch = next()) {
                write(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            emergencyStop.because("writing of published frames", e);
            throw e;
        }
    }

    /** What is written at once: the frames of each publisher, in their order. */
    private record Batch(Map<Publisher, List<Publisher.Sent>> frames, int length) {

        byte[] content() {
            byte[] content = new byte[length];
            int offset = 0;
            for (List<Publisher.Sent> some : frames.values()) {
                for (Publisher.Sent sent : some) {
                    sent.frame().copyTo(content, offset);
                    offset += sent.frame().length();
                }
            }
            return content;
        }
    }

    /** Waits for what is to be written; null if nothing is left, and nothing can come. */
    private @Nullable Batch next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (ready.isEmpty()) {
                if (stopping) {
                    return null;
                }
                work.await();
            }
            Map<Publisher, List<Publisher.Sent>> frames = new LinkedHashMap<>();
            int length = 0;
            while (!ready.isEmpty() && (length == 0 || length < batchBytes)) {
                Publisher publisher = ready.remove();
                List<Publisher.Sent> some = new ArrayList<>();
                Publisher.Sent first = publisher.waiting().peek();
                while (first != null && (length == 0 || length + first.frame().length() <= batchBytes)) {
                    some.add(publisher.waiting().remove());
                    length += first.frame().length();
                    first = publisher.waiting().peek();
                }
                frames.put(publisher, some);
            }
            return new Batch(frames, length);
        } finally {
            lock.unlock();
        }
    }

    private void write(Batch batch) {
        String failure = batch.length() == 0 ? null : failureToCommit(batch);
        batch.frames()
                .forEach((publisher, frames) -> frames.forEach(sent -> {
                    String answer = sent.refusal() == null ? failure : sent.refusal();
                    if (answer != null) {
                        refused.increment();
                    }
                    publisher.answer(
                            answer == null ? "{\"accepted\":" + sent.frame().entries() + "}" : answer);
                }));
        done(batch);
    }

    /** Null once it is durable, else how its frames are answered. */
    private @Nullable String failureToCommit(Batch batch) {
        batches.record(batch.length());
        try {
            emission.emit(batch.content());
            return null;
        } catch (NotDurableException e) {
            return refusal("a second copy is not known in time; what was sent may be published later");
        } catch (SQLException e) {
            LOG.warn("Published frames cannot be written: {}", e.getMessage());
            return refusal("the database is unavailable; if the connection broke at the commit, it may be published");
        }
    }

    private void done(Batch batch) {
        lock.lock();
        try {
            bytes -= batch.length();
            batch.frames().keySet().forEach(publisher -> {
                boolean more = !publisher.waiting().isEmpty();
                publisher.scheduled(more);
                if (more) {
                    ready.add(publisher);
                    work.signal();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private String refusal(String detail) {
        return refusal(wireFormat, HttpStatus.SERVICE_UNAVAILABLE, detail);
    }

    /** The answer to a frame that is refused. */
    static String refusal(WireFormat wireFormat, HttpStatus status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", status.getReasonPhrase());
        problem.put("status", status.value());
        problem.put("detail", detail);
        return new String(wireFormat.writeValue(Map.of("refused", problem)), StandardCharsets.UTF_8);
    }
}
