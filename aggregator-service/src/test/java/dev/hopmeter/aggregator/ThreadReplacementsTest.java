package dev.hopmeter.aggregator;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadReplacementsTest {

    private final StreamsException failure = new StreamsException("on purpose");

    @Test
    void asManyThreadsAreReplacedAsPermittedAndEveryFurtherOneStopsTheClient() {
        ThreadReplacements replacements = new ThreadReplacements(2);

        assertThat(replacements.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacements.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacements.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(replacements.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void withoutReplacementsTheFirstFailureStopsTheClient() {
        assertThat(new ThreadReplacements(0).handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
    }
}
