package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.time.Duration;

/** The drivers of a running backend: for each workload what a client of that architecture natively uses. */
public sealed interface Drivers permits ConventionalDrivers, UnifiedDrivers {

    /**
     * A driver for one workload, opened as far as it needs no receiver. Blocks until the backend has answered where there is a
     * publisher.
     *
     * @param runId what the ids of its subscribers start with; no other run attached at the time has it
     * @param answerWithin how long an answer is waited for
     * @throws IOException if a part that the workload needs is not there or does not answer; the message says which
     */
    Driver of(Workload workload, String runId, Duration answerWithin) throws IOException, InterruptedException;
}
