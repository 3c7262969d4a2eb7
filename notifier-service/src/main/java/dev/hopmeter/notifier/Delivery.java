package dev.hopmeter.notifier;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/**
 * An order that waits for the sockets of its subscribers. Shared by all of them.
 *
 * @param trail with FETCHED, or null for an order without one
 * @param order its JSON, as it came
 */
record Delivery(@Nullable Trail trail, String order) {}
