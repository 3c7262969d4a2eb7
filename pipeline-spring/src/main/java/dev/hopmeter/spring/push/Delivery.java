package dev.hopmeter.spring.push;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/**
 * An order or a message that waits for the sockets of its subscribers. Shared by all of them.
 *
 * @param trail with the stamps until it was put there, or null for one without
 * @param ending what its frames have in common: see {@link Frames#ending}
 */
public record Delivery(@Nullable Trail trail, String ending) {}
