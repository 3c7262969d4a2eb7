package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowTotal;
import java.util.NavigableMap;

/** What reading a key's windows here can lead to. */
public sealed interface WindowAnswer {

    /** The key's windows that hold something, by their start in epoch milliseconds. */
    record Found(NavigableMap<Long, WindowTotal> totals) implements WindowAnswer {}

    /** The store cannot be read now; it will be later, here or elsewhere. */
    record NotReadable(String reason) implements WindowAnswer {}
}
