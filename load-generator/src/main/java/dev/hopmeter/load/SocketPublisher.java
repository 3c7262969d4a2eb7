package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes over a WebSocket, in frames that hold what was due while the last one was written, or for as long as a frame
 * lingers. A frame that has lingered or is full is sent at once unless {@value #MOST_FRAMES} are without an answer; what is due
 * then waits and goes together. Where the connection ends, what was without an answer has failed, as nobody knows whether it was
 * stored, and what waits goes over the next connection.
 */
final class SocketPublisher implements Publisher {

    /** As many as the wire format permits. */
    static final int MOST_IN_A_FRAME = 1_000;

    /** Below the bound that the service has for one connection. */
    static final int MOST_FRAMES = 16;

    /** Well below what the service takes in one frame. */
    private static final int ENOUGH_CHARACTERS = 400_000;

    /** The trail, the time and the braces. */
    private static final int AROUND_A_MESSAGE = 130;

    private static final Duration HANDSHAKE = Duration.ofSeconds(20);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final URI address;
    private final Settings settings;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("linger").factory());
    private final HttpClient client = Http.client();
    private final JsonMapper mapper = JsonMapper.builder().build();
    private final CountDownLatch closing = new CountDownLatch(1);

    private final Object lock = new Object();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private boolean lingered;
    private @Nullable Connection connection;

    /** An event that is not answered yet. */
    private record Entry(Event event, Trail trail, Outcome outcome) {}

    private SocketPublisher(URI address, Settings settings) {
        this.address = address;
        this.settings = settings;
    }

    /**
     * What an arm can say of it under {@code publisher.}, by the name that it has on the conventional side.
     *
     * @param linger how long the first event of a frame waits for others
     */
    record Settings(Duration linger) {

        /** A frame does not wait. */
        static final Settings USUAL = new Settings(Duration.ZERO);

        private static final String LINGER = "linger.ms";
        private static final String AT_ONCE = "0";
        private static final int LONGEST_MILLIS = 10_000;

        /**
         * Those of an arm; what it does not say is as usual.
         *
         * @param given without {@code publisher.}
         * @throws IOException if a value cannot be; the message says why
         */
        static Settings of(Map<String, String> given) throws IOException {
            String linger = given.getOrDefault(LINGER, AT_ONCE);
            if (!linger.matches("\\d{1,5}") || Integer.parseInt(linger) > LONGEST_MILLIS) {
                throw new IOException(PART + LINGER + " is a whole number of milliseconds, 0 to " + LONGEST_MILLIS
                        + ", not '" + linger + "'");
            }
            return new Settings(Duration.ofMillis(Integer.parseInt(linger)));
        }

        /** The same as they are read back, with the names that it does not know. */
        static PartSettings told(Map<String, String> given) {
            PartSettings part = new PartSettings();
            part.add(LINGER, given.getOrDefault(LINGER, AT_ONCE), AT_ONCE, "");
            given.keySet().stream().filter(name -> !name.equals(LINGER)).forEach(part::unknown);
            return part;
        }
    }

    /**
     * A publisher that is connected.
     *
     * @param address with {@code http}
     * @throws IOException if the service cannot be reached or refuses; the message says why
     */
    static SocketPublisher to(URI address, Settings settings) throws IOException, InterruptedException {
        SocketPublisher publisher = new SocketPublisher(address, settings);
        try {
            publisher.connect();
            return publisher;
        } catch (IOException | InterruptedException e) {
            publisher.close();
            throw e;
        }
    }

    @Override
    public void send(Event event, Trail trail, Outcome outcome) {
        synchronized (lock) {
            if (!isClosed()) {
                waiting.add(new Entry(event, trail, outcome));
                if (waiting.size() == 1 && settings.linger().isPositive()) {
                    timer.schedule(this::lingered, settings.linger().toMillis(), TimeUnit.MILLISECONDS);
                }
                pump();
                return;
            }
        }
        outcome.failed("the publisher is closed");
    }

    @Override
    public void close() {
        Connection last;
        List<Entry> left;
        synchronized (lock) {
            closing.countDown();
            timer.shutdownNow();
            last = connection;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        if (last != null) {
            last.ended("the publisher was closed");
            last.abort();
        }
        left.forEach(entry -> entry.outcome().failed("the publisher was closed"));
        Http.close(client, CLOSING);
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void connect() throws IOException, InterruptedException {
        Connection made = new Connection();
        try {
            made.socket = client.newWebSocketBuilder()
                    .connectTimeout(HANDSHAKE)
                    .buildAsync(Sockets.webSocket(address), made)
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("publishing to " + address + " failed: " + Http.reason(e), e);
        }
        synchronized (lock) {
            if (isClosed()) {
                made.abort();
            } else if (!made.gone) {
                connection = made;
                pump();
                return;
            }
        }
        throw new IOException("publishing to " + address + " failed: the connection ended at once");
    }

    private void reconnect() {
        try {
            Duration pause = SHORTEST_PAUSE;
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    connect();
                    return;
                } catch (IOException e) {
                    Duration longer = pause.multipliedBy(2);
                    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lingered() {
        synchronized (lock) {
            lingered = !waiting.isEmpty();
            pump();
        }
    }

    /** Sends what waits, as far as it may be sent. With the lock. */
    private void pump() {
        Connection to = connection;
        while (to != null
                && to == connection
                && !to.writing
                && !waiting.isEmpty()
                && (lingered
                        || waiting.size() >= MOST_IN_A_FRAME
                        || settings.linger().isZero())
                && to.unanswered.size() < MOST_FRAMES) {
            to.write(nextFrame());
            lingered &= !waiting.isEmpty();
        }
    }

    /** With the lock, and where something waits. */
    private List<Entry> nextFrame() {
        List<Entry> frame = new ArrayList<>(Math.min(waiting.size(), MOST_IN_A_FRAME));
        int characters = 0;
        while (!waiting.isEmpty() && frame.size() < MOST_IN_A_FRAME && characters < ENOUGH_CHARACTERS) {
            Entry entry = waiting.remove();
            characters += entry.event().json().length() + AROUND_A_MESSAGE;
            frame.add(entry);
        }
        return frame;
    }

    private static String text(List<Entry> frame) {
        StringBuilder text = new StringBuilder(frame.size() * (AROUND_A_MESSAGE + 200)).append('[');
        for (Entry entry : frame) {
            text.append(text.length() == 1 ? "" : ",")
                    .append("{\"trail\":\"")
                    .append(entry.trail().text())
                    .append("\",\"at\":")
                    .append(Publisher.millis(entry.trail()))
                    .append(",\"message\":")
                    .append(entry.event().json())
                    .append('}');
        }
        return text.append(']').toString();
    }

    private void tell(List<Entry> frame, String answer) {
        JsonNode said;
        try {
            said = mapper.readTree(answer);
        } catch (JacksonException e) {
            said = mapper.createObjectNode();
        }
        if (said.path("accepted").asInt(-1) == frame.size()) {
            frame.forEach(entry -> entry.outcome().acknowledged());
        } else if (said.has("refused")) {
            JsonNode problem = said.get("refused");
            int status = problem.path("status").asInt(500);
            frame.forEach(entry -> entry.outcome().refused(status, problem.toString()));
        } else {
            frame.forEach(entry ->
                    entry.outcome().failed("a frame of " + frame.size() + " events was answered with " + answer));
        }
    }

    private final class Connection implements WebSocket.Listener {

        private final StringBuilder parts = new StringBuilder();

        // With the lock.
        private final Deque<List<Entry>> unanswered = new ArrayDeque<>();
        private boolean writing;
        private boolean gone;

        private volatile @Nullable WebSocket socket;

        /** With the lock, and when nothing is being written. */
        void write(List<Entry> frame) {
            WebSocket to = socket;
            if (to == null) {
                throw new IllegalStateException("not connected yet");
            }
            writing = true;
            unanswered.add(frame);
            var _ = to.sendText(text(frame), true).whenComplete((sent, failure) -> {
                if (failure != null) {
                    ended(Http.reason(failure));
                } else {
                    synchronized (lock) {
                        writing = false;
                        pump();
                    }
                }
            });
        }

        void abort() {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }

        @Override
        public void onOpen(WebSocket open) {
            open.request(Long.MAX_VALUE);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            parts.append(text);
            if (last) {
                String answer = parts.toString();
                parts.setLength(0);
                answered(answer);
            }
            return null;
        }

        private void answered(String answer) {
            List<Entry> frame;
            synchronized (lock) {
                frame = unanswered.poll();
                pump();
            }
            if (frame == null) {
                ended("an answer to nothing: " + answer);
                abort();
            } else {
                tell(frame, answer);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket closed, int status, String reason) {
            ended("closed with " + status + (reason.isEmpty() ? "" : ", " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket broken, Throwable failure) {
            ended(failure.toString());
        }

        void ended(String why) {
            List<Entry> lost = new ArrayList<>();
            boolean again;
            synchronized (lock) {
                gone = true;
                unanswered.forEach(lost::addAll);
                unanswered.clear();
                again = connection == this && !isClosed();
                if (connection == this) {
                    connection = null;
                }
            }
            lost.forEach(entry -> entry.outcome().failed("the connection ended before the answer: " + why));
            if (again) {
                Thread.ofVirtual().name("republishing").start(SocketPublisher.this::reconnect);
            }
        }
    }
}
