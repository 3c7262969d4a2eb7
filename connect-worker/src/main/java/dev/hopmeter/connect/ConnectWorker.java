package dev.hopmeter.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.apache.kafka.connect.cli.ConnectDistributed;

/**
 * A distributed Kafka Connect worker: {@code ConnectWorker PROPERTIES-FILE}. Connectors come by its REST interface. It
 * ends in good order with its standard input, and for sure some seconds later: Connect can hang at its end.
 */
public final class ConnectWorker {

    private static final Duration LAST_RESORT = Duration.ofSeconds(10);
    private static final int TERMINATED = 143;

    private ConnectWorker() {}

    /** Starts the worker, and blocks until it has ended. */
    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().name("leash").start(() -> exitAtEndOf(System.in));
        new ConnectDistributed(arguments).run();
    }

    private static void exitAtEndOf(InputStream held) {
        try {
            held.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A broken pipe means the same as its end: whoever held it is gone.
        }
        Thread.ofPlatform().daemon().name("leash-last-resort").start(() -> {
            try {
                Thread.sleep(LAST_RESORT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(TERMINATED);
        });
        System.exit(TERMINATED);
    }
}
