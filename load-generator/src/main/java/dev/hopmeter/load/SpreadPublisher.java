package dev.hopmeter.load;

import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Publishes to several instances, whatever has the same key to the same one, so that a key's order is kept. */
final class SpreadPublisher implements Publisher {

    private final List<SocketPublisher> each;

    private SpreadPublisher(List<SocketPublisher> each) {
        this.each = List.copyOf(each);
    }

    /**
     * Publishers that are connected.
     *
     * @param places with {@code http}, one at least
     * @throws IOException if one of them cannot be reached or refuses; the message says why
     */
    static SpreadPublisher to(List<URI> places, SocketPublisher.Settings settings)
            throws IOException, InterruptedException {
        List<SocketPublisher> made = new ArrayList<>();
        try {
            for (URI place : places) {
                made.add(SocketPublisher.to(place, settings));
            }
            return new SpreadPublisher(made);
        } catch (IOException | InterruptedException e) {
            made.forEach(SocketPublisher::close);
            throw e;
        }
    }

    @Override
    public void send(Event event, Trail trail, Outcome outcome) {
        each.get(Math.floorMod(event.windowKey().hashCode(), each.size())).send(event, trail, outcome);
    }

    @Override
    public void close() {
        each.forEach(SocketPublisher::close);
    }
}
