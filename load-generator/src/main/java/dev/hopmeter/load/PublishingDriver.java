package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a client of the separate services natively uses for messages and events: a Kafka producer to publish one, a WebSocket
 * to be told of what came of it.
 */
final class PublishingDriver implements Driver {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** Where subscribers connect. */
    @FunctionalInterface
    interface Places {
        /** With {@code http}. */
        URI of(int subscriber, Interest interest);
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
        publisher.send(
                event,
                trail,
                () -> {
                    if (endsAtAcknowledgement) {
                        to.returned(event.number(), trail, Reply.ACCEPTED);
                    } else {
                        to.acknowledged(event.number());
                    }
                    truth.ifPresent(known -> known.acknowledged(event, clock.nanos()));
                },
                why -> to.unanswered(event.number(), why));
    }

    @Override
    public void close() {
        sockets.close();
        publisher.close();
        Http.close(asking, CLOSING);
    }
}
