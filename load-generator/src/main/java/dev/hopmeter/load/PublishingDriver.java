package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a client natively uses for messages and events: a publisher of that architecture, and a WebSocket to be told of what
 * came of them.
 */
final class PublishingDriver implements Driver {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** Where subscribers connect. */
    @FunctionalInterface
    interface Places {
        /** With {@code http}. */
        URI of(int subscriber, Interest interest);

        /** Where watchers of aggregates connect. */
        static Places watching(URI aggregator) {
            return (subscriber, interest) -> switch (interest) {
                case Interest.Watching(var key) ->
                    URI.create(Windows.address(aggregator, WindowSize.TEN_SECONDS, key) + "/updates");
                case Interest.Matching matching ->
                    throw new IllegalArgumentException("an aggregator filters nothing: " + matching);
            };
        }

        /** Where nobody does. */
        static Places none(Workload workload) {
            return (subscriber, interest) -> {
                throw new IllegalArgumentException("nobody subscribes to " + workload.word());
            };
        }
    }

    private final EpochClock clock;
    private final Publisher publisher;
    private final Places places;
    private final List<URI> services;
    private final Optional<Truth> truth;
    private final boolean endsAtAcknowledgement;
    private final Sockets sockets = new Sockets();
    private final HttpClient asking = Http.client();
    private final OpenedReceiver receiver = new OpenedReceiver();

    /**
     * A driver that attaches nothing yet.
     *
     * @param publisher closed with it
     * @param services that must be ready
     * @param truth is told of each event and its acknowledgement
     * @param endsAtAcknowledgement whether the acknowledgement is what is measured
     */
    PublishingDriver(
            EpochClock clock,
            Publisher publisher,
            Places places,
            List<URI> services,
            Optional<Truth> truth,
            boolean endsAtAcknowledgement) {
        this.clock = clock;
        this.publisher = publisher;
        this.places = places;
        this.services = services;
        this.truth = truth;
        this.endsAtAcknowledgement = endsAtAcknowledgement;
    }

    @Override
    public void open(Receiver opened) {
        receiver.open(opened);
    }

    @Override
    public void attach(int subscriber, Interest interest) throws IOException, InterruptedException {
        sockets.attach(subscriber, places.of(subscriber, interest), receiver.get(), comesBack(interest));
    }

    /** A total tells a watcher also of what it missed while it was away; a message that was missed is not told again. */
    private static boolean comesBack(Interest interest) {
        return switch (interest) {
            case Interest.Watching _ -> true;
            case Interest.Matching _ -> false;
        };
    }

    @Override
    public void detach(int subscriber) {
        sockets.detach(subscriber);
    }

    @Override
    public boolean ready() throws InterruptedException {
        return Http.ready(asking, services);
    }

    @Override
    public void send(Event event, Trail trail) {
        Receiver to = receiver.get();
        truth.ifPresent(known -> known.sent(event, trail));
        publisher.send(event, trail, new Publisher.Outcome() {
            @Override
            public void acknowledged() {
                if (endsAtAcknowledgement) {
                    to.returned(event.number(), trail, Reply.ACCEPTED);
                } else {
                    to.acknowledged(event.number());
                }
                truth.ifPresent(known -> known.acknowledged(event, clock.nanos()));
            }

            @Override
            public void refused(int status, String problem) {
                to.refused(event.number(), status, problem);
            }

            @Override
            public void failed(String why) {
                to.unanswered(event.number(), why);
            }
        });
    }

    @Override
    public void close() {
        sockets.close();
        publisher.close();
        Http.close(asking, CLOSING);
    }
}
