package dev.hopmeter.router;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/**
 * An order on its way through the router.
 *
 * @param bytes the record's value, passed on as it is
 * @param trail with TAKEN, or null for an order without one
 * @param region the order's
 * @param kind the order's
 * @param amount the order's, in minor units
 */
@SuppressWarnings("ArrayRecordComponent") // one owner, never compared, never changed
record Event(byte[] bytes, @Nullable Trail trail, String region, String kind, long amount) {}
