package dev.hopmeter.notifier;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/**
 * An order or a message that waits for the sockets of its subscribers. Shared by all of them.
 *
 * @param trail with FETCHED, or null for one without
 * @param ending what its frames have in common: see {@link Frames#ending}
 */
record Delivery(@Nullable Trail trail, String ending) {}
