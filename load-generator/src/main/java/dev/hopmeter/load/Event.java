package dev.hopmeter.load;

import dev.hopmeter.contract.OrderDraft;

/**
 * One order that is about to be placed, made before it is due.
 *
 * @param number counts up from 0 within a run, over probes, warm-up and measurement
 * @param key the idempotency key, {@code run-number}
 * @param draft what is placed
 * @param json the draft's JSON
 */
public record Event(int number, String key, OrderDraft draft, String json) {}
