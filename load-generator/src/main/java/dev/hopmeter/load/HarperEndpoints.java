package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.HarperNode;
import dev.hopmeter.stack.HarperStack;
import dev.hopmeter.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the nodes of a running Harper cluster are.
 *
 * @param harperNodes {@code http://host:port} of REST and WebSockets of every node, one at least
 * @param harperVersion if it is known
 */
record HarperEndpoints(
        List<URI> harperNodes,
        Optional<String> harperVersion,
        String arm,
        Optional<String> workload,
        Map<String, String> settings)
        implements Endpoints {

    /** One other node confirms what a client writes. */
    static final Map<String, String> CONFIRMED = Map.of("X-Replicate-To", "*;confirm=1");

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(1);

    /** Takes copies. */
    HarperEndpoints {
        if (harperNodes.isEmpty()) {
            throw new IllegalArgumentException("harperNodes is missing");
        }
        harperNodes = List.copyOf(harperNodes);
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    @Override
    public Backend backend() {
        return Backend.HARPER;
    }

    @Override
    public Site site(EpochClock clock, Progress progress, Map<String, String> armSettings) {
        return new HarperSite(clock, progress, this, armSettings);
    }

    UnifiedDrivers drivers(EpochClock clock, SocketPublisher.Settings publishing) {
        return new UnifiedDrivers(clock, harperNodes, publishing, CONFIRMED);
    }

    /**
     * When that node's application tells subscribers; empty if it does not answer, or is another. Blocks for some seconds at most.
     */
    static Optional<String> notified(URI node) throws InterruptedException {
        HttpClient client = Http.client();
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(node.resolve("/about"))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Optional.of(JsonMapper.shared()
                                    .readTree(answer.body())
                                    .path("notify")
                                    .asString(""))
                            .filter(word -> !word.isEmpty())
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        } finally {
            Http.close(client, CLOSING);
        }
    }

    /**
     * Those of a cluster that somebody else has started, with Hopmeter's application on it.
     *
     * @throws IOException if a node does not answer, or does not say what an arm of ours says; the message says which
     */
    static HarperEndpoints of(List<URI> nodes) throws IOException, InterruptedException {
        String notified = "";
        for (URI node : nodes) {
            String said = notified(node)
                    .orElseThrow(() -> new IOException(
                            "no Harper node with Hopmeter's application (harper-backend) answers" + " at " + node));
            if (!notified.isEmpty() && !notified.equals(said)) {
                throw new IOException("the nodes differ in HOPMETER_HARPER_NOTIFY: " + notified + " and " + said);
            }
            notified = said;
        }
        try {
            Arm arm = Arm.of(Backend.HARPER, notified);
            Map<String, String> known = new TreeMap<>(arm.lines());
            // How that cluster is configured is not known from here.
            known.keySet().removeIf(line -> line.startsWith("harper."));
            return new HarperEndpoints(nodes, Optional.empty(), arm.name(), Optional.empty(), known);
        } catch (StackException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static HarperEndpoints of(HarperStack stack) {
        return new HarperEndpoints(
                stack.nodes().stream().map(HarperNode::url).toList(),
                Optional.of(stack.version()),
                stack.arm().name(),
                stack.arm().workload().map(Workload::word),
                stack.arm().lines());
    }

    static HarperEndpoints of(AddressBook book) {
        return new HarperEndpoints(
                book.addresses("harperNodes"),
                book.text("harperVersion"),
                book.needed("arm"),
                book.workload(),
                book.settings());
    }
}
