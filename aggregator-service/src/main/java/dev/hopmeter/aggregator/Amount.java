package dev.hopmeter.aggregator;

import dev.hopmeter.contract.WindowTotal;

/**
 * What one order or event adds to its windows.
 *
 * @param minorUnits of the currency
 * @param sequence of the event, 0 for none
 * @param millis when it happened, in epoch milliseconds: its record's timestamp
 */
record Amount(long minorUnits, long sequence, long millis) {

    WindowTotal addedTo(WindowTotal total) {
        return total.plus(minorUnits, sequence, millis);
    }
}
