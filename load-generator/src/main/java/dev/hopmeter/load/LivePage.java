package dev.hopmeter.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page on the loopback that shows a trial while it runs: a state once a second, as server-sent events. Whoever is slow misses
 * states and holds up nobody. A request that names another host or comes from another site is refused, so that no page of the
 * web can look or switch.
 */
final class LivePage implements AutoCloseable {

    private static final Duration GAP = Duration.ofSeconds(1);
    private static final int MOST_VIEWERS = 8;
    private static final int LONGEST_BODY = 1_024;
    private static final String PROBLEM = "application/problem+json";
    static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    private static final Map<String, Asset> ASSETS = Map.of(
            "/", new Asset("page/index.html", "text/html; charset=utf-8"),
            "/page.css", new Asset("page/page.css", "text/css; charset=utf-8"),
            "/charts.js", new Asset("page/charts.js", "text/javascript; charset=utf-8"),
            "/page.js", new Asset("page/page.js", "text/javascript; charset=utf-8"),
            "/echarts.min.js", new Asset(ECHARTS, "text/javascript; charset=utf-8"));

    private final EpochClock clock;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(MOST_VIEWERS);
    private final JsonMapper json = JsonMapper.shared();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition newer = lock.newCondition();
    private volatile @Nullable PageView view;
    private volatile Optional<LoadSwitch> loads = Optional.empty();
    private long number;
    private String latest = "{}";
    private boolean over;

    private record Asset(String resource, String type) {}

    private LivePage(EpochClock clock, HttpServer server) {
        this.clock = clock;
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        threads.execute(this::tick);
    }

    /**
     * Serves the page until it is closed.
     *
     * @param port on the loopback; 0 for any that is free
     * @throws IOException if the port is taken
     */
    static LivePage serve(EpochClock clock, int port) throws IOException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
        return new LivePage(clock, HttpServer.create(at, 0));
    }

    /** Where it is. */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Whether somebody looks. */
    boolean watched() {
        return places.availablePermits() < MOST_VIEWERS;
    }

    /** That is what it shows from now on. */
    void show(PageView shown) {
        view = shown;
    }

    /** That is what it switches from now on. */
    void switches(LoadSwitch switched) {
        loads = Optional.of(switched);
    }

    /** The last state for all who look. */
    void end(String text) {
        Map<String, Object> state = state();
        state.put("running", false);
        state.put("over", text);
        publish(json.writeValueAsString(state), true);
    }

    private Map<String, Object> state() {
        PageView shown = view;
        Map<String, Object> state = shown == null ? new LinkedHashMap<>() : shown.look();
        loads.ifPresent(each -> {
            state.put("offers", each.offers());
            each.chosen().ifPresent(chosen -> state.put("chosen", chosen));
        });
        return state;
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(GAP);
                if (watched()) {
                    publish(json.writeValueAsString(state()), false);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(String text, boolean last) {
        lock.lock();
        try {
            if (!over) {
                number++;
                latest = text;
                over = last;
                newer.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The number of the last state that all were told. */
    private long published() {
        lock.lock();
        try {
            return number;
        } finally {
            lock.unlock();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            if (!isOurs(exchange)) {
                problem(exchange, 403, "the request comes from elsewhere; open " + address() + " itself");
            } else if (path.equals("/load")) {
                load(exchange, method);
            } else if (!method.equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                problem(exchange, 405, path + " can only be read");
            } else if (path.equals("/events")) {
                events(exchange);
            } else if (ASSETS.containsKey(path)) {
                asset(exchange, path);
            } else {
                problem(exchange, 404, "there is nothing at " + path);
            }
        }
    }

    private boolean isOurs(HttpExchange exchange) {
        String port = ":" + server.getAddress().getPort();
        String host = exchange.getRequestHeaders().getFirst("Host");
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        return host != null
                && List.of("127.0.0.1" + port, "localhost" + port).contains(host)
                && (site == null || site.equals("same-origin") || site.equals("none"))
                && (origin == null || origin.equals("http://" + host));
    }

    private static void asset(HttpExchange exchange, String path) throws IOException {
        Asset asset = ASSETS.get(path);
        if (asset == null) {
            throw new IOException("there is no " + path);
        }
        try (InputStream in = LivePage.class.getResourceAsStream(asset.resource())) {
            if (in == null) {
                throw new IOException(asset.resource() + " is not in the jar");
            }
            headers(exchange, asset.type());
            byte[] bytes = in.readAllBytes();
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void headers(HttpExchange exchange, String type) {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors"
                        + " 'none'");
    }

    private void problem(HttpExchange exchange, int status, String detail) throws IOException {
        headers(exchange, PROBLEM);
        byte[] bytes = json.writeValueAsBytes(Map.of("status", status, "detail", detail));
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void events(HttpExchange exchange) throws IOException {
        if (!places.tryAcquire()) {
            problem(
                    exchange,
                    503,
                    "as many windows show this page as may, " + MOST_VIEWERS + "; close one, then load this one anew");
            return;
        }
        try {
            headers(exchange, "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            long seen = published();
            write(body, json.writeValueAsString(state()));
            boolean last = false;
            while (!last) {
                String text;
                lock.lock();
                try {
                    while (number == seen && !over) {
                        newer.await();
                    }
                    last = over;
                    seen = number;
                    text = latest;
                } finally {
                    lock.unlock();
                }
                write(body, text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private static void write(OutputStream body, String text) throws IOException {
        body.write(("data: " + text + "\n\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    private void load(HttpExchange exchange, String method) throws IOException {
        Optional<LoadSwitch> switched = loads;
        if (switched.isEmpty()) {
            problem(exchange, 409, "this trial is as its command line has it; 'hopmeter up' lets you switch");
            return;
        }
        switch (method) {
            case "PUT" -> {
                try {
                    switched.get().choose(choice(exchange));
                } catch (IllegalArgumentException e) {
                    problem(exchange, 400, String.valueOf(e.getMessage()));
                    return;
                }
                exchange.sendResponseHeaders(204, -1);
            }
            case "DELETE" -> {
                switched.get().none();
                exchange.sendResponseHeaders(204, -1);
            }
            default -> {
                exchange.getResponseHeaders().set("Allow", "PUT, DELETE");
                problem(exchange, 405, "a load is put or deleted");
            }
        }
    }

    private LoadSwitch.Choice choice(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
        if (body.length > LONGEST_BODY) {
            throw new IllegalArgumentException("a load is chosen in " + LONGEST_BODY + " bytes at most");
        }
        try {
            JsonNode node = json.readTree(body);
            JsonNode rate = node.path("rate");
            if (!rate.isNumber()) {
                throw new IllegalArgumentException("the rate is a number of events a second");
            }
            return new LoadSwitch.Choice(
                    node.path("backend").asString(""), node.path("workload").asString(""), rate.doubleValue());
        } catch (JacksonException e) {
            throw new IllegalArgumentException("a load is chosen by a JSON object of backend, workload and rate", e);
        }
    }

    @Override
    public void close() {
        publish("{}", true);
        server.stop(watched() ? 1 : 0);
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
