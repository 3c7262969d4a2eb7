package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.util.SplittableRandom;

/** A ledger of the conventional journey, filled with lengths of hops that a test makes up. */
final class Rows {

    static final Route JOURNEY =
            Route.of(Backend.CONVENTIONAL, Workload.JOURNEY).orElseThrow();
    static final int HOPS = JOURNEY.hops().size();

    private static final long START = 1_700_000_000_000_000_000L;

    private final OrderMix mix = new OrderMix("run", 1, 0);
    private final Ledger ledger;

    Rows(int count) {
        ledger = new Ledger(JOURNEY, mix, 0, count);
    }

    Ledger ledger() {
        return ledger;
    }

    /** Sends the event of that number, without an answer or a delivery. */
    void send(int number, long slipNanos) {
        ledger.sent(mix.event(number), intended(number), intended(number) + slipNanos);
    }

    /** Sends and delivers the event of that number. */
    void deliver(int number, long... lengths) {
        send(number, lengths[0]);
        arrive(number, lengths);
    }

    /** Delivers it once more. */
    void arrive(int number, long... lengths) {
        long at = intended(number);
        Trail trail = Trail.of(Workload.JOURNEY).with(JOURNEY.stamps().getFirst(), at);
        for (int hop = 0; hop < lengths.length; hop++) {
            at += lengths[hop];
            trail = trail.with(JOURNEY.stamps().get(hop + 1), at);
        }
        ledger.delivered(number, 0, trail, at);
    }

    /** Lengths between 1 us and 2 ms. */
    static long[] randomLengths(SplittableRandom random) {
        return random.longs(HOPS, 1_000, 2_000_000).toArray();
    }

    static long intended(int number) {
        return START + number * 10_000_000L;
    }

    static int hopEndingAt(Stamp stamp) {
        return JOURNEY.stamps().indexOf(stamp) - 1;
    }
}
