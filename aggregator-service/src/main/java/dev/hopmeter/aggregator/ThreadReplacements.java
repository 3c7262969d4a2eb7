package dev.hopmeter.aggregator;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy for a stream thread that dies of an exception: a bounded number is replaced, which survives what passes, as a
 * topic that is about to be created or a broker that comes back; the next one shuts the client down, and with it the
 * service. Safe for use by many threads.
 */
final class ThreadReplacements implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacements.class);

    private final AtomicInteger left;

    ThreadReplacements(int most) {
        left = new AtomicInteger(most);
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        int before = left.getAndUpdate(n -> Math.max(0, n - 1));
        if (before > 0) {
            LOG.warn("A stream thread died and is replaced; {} replacements are left", before - 1, failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.error("A stream thread died and no replacement is left: the service stops", failure);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
}
