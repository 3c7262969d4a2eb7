package dev.hopmeter.aggregator;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way through the stream, in memory only.
 *
 * @param id given by its publisher
 * @param trail with TAKEN, or null for an event that is not timed
 * @param amount what it adds
 */
record Event(String id, @Nullable Trail trail, Amount amount) {}
