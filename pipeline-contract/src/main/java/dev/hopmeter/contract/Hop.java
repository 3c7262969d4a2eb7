package dev.hopmeter.contract;

/**
 * The interval between two consecutive stamps of a route.
 *
 * @param from the stamp at which the hop starts
 * @param to the stamp at which it ends
 */
public record Hop(Stamp from, Stamp to) {

    /** The hop's word in metrics and files, as in {@code committed-captured}. */
    public String word() {
        return from.word() + "-" + to.word();
    }

    @Override
    public String toString() {
        return word();
    }
}
