package dev.hopmeter.load;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.WindowKey;

/** What a subscriber wants to be told. */
public sealed interface Interest {

    /** Each order or message that passes the filter. */
    record Matching(Filter filter) implements Interest {}

    /** Each change of the key's windows. */
    record Watching(WindowKey key) implements Interest {}
}
