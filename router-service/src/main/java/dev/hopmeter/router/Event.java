package dev.hopmeter.router;

import dev.hopmeter.contract.Trail;
import org.jspecify.annotations.Nullable;

/**
 * An order or a message on its way through the router.
 *
 * @param source where it comes from
 * @param bytes the record's value, passed on as it is
 * @param trail with TAKEN, or null for an event without one
 * @param region the event's
 * @param kind the event's
 * @param amount the event's, in minor units
 */
@SuppressWarnings("ArrayRecordComponent") // one owner, never compared, never changed
record Event(Source source, byte[] bytes, @Nullable Trail trail, String region, String kind, long amount) {}
