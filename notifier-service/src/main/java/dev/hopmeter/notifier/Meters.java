package dev.hopmeter.notifier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The counter that three parts share. */
final class Meters {

    private Meters() {}

    static Counter undeliverable(MeterRegistry meters) {
        return Counter.builder("hopmeter.notifier.undeliverable")
                .description("Orders and messages for a subscriber that was gone before they could be pushed")
                .register(meters);
    }
}
