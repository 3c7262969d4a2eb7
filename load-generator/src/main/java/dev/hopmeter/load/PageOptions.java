package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and where the live page is served. */
final class PageOptions {

    private static final String OFF = "off";

    @Option(
            names = "--page",
            paramLabel = "PORT",
            description = "the port of the live page at 127.0.0.1, or off. Default: any that is free")
    private @Nullable String page;

    /**
     * The port, 0 for any; empty if there is to be no page.
     *
     * @throws IllegalArgumentException if it is neither
     */
    private Optional<Integer> port() {
        if (OFF.equals(page)) {
            return Optional.empty();
        }
        if (page == null) {
            return Optional.of(0);
        }
        if (!page.matches("\\d{1,5}") || Integer.parseInt(page) > 65_535) {
            throw new IllegalArgumentException("--page is 0 to 65535, or off, not '" + page + "'");
        }
        return Optional.of(Integer.parseInt(page));
    }

    /**
     * The page, if there is to be one.
     *
     * @throws IllegalArgumentException if the option makes no sense
     * @throws IOException if the port is taken
     */
    Optional<LivePage> serve(EpochClock clock) throws IOException {
        Optional<Integer> port = port();
        if (port.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LivePage.serve(clock, port.get()));
        } catch (IOException e) {
            throw new IOException("--page: port " + page + " is taken; without the option any that is free serves", e);
        }
    }
}
