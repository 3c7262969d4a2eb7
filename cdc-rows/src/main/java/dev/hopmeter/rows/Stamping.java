package dev.hopmeter.rows;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;

/** How a trail gets a stamp: alone, or with the hop that ends there recorded as well. */
@FunctionalInterface
public interface Stamping {

    /** The trail with that stamp, taken at those epoch nanoseconds. */
    Trail at(Trail trail, Stamp stamp, long epochNanos);
}
