package dev.hopmeter.unified;

import dev.hopmeter.spring.windows.InstanceAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Where other instances reach this one: as it was configured, or else on loopback at the port that the web server has got. */
final class OwnAddress implements ApplicationListener<WebServerInitializedEvent> {

    private final CompletableFuture<InstanceAddress> known = new CompletableFuture<>();

    /**
     * Known from the start where it is given.
     *
     * @param given {@code host:port}, or null
     */
    OwnAddress(@Nullable String given) {
        if (given != null) {
            known.complete(InstanceAddress.parse(given));
        }
    }

    /** Ends with the address once the web server listens. */
    Future<InstanceAddress> known() {
        return known;
    }

    @Override
    public void onApplicationEvent(WebServerInitializedEvent event) {
        if (event.getApplicationContext().getServerNamespace() == null) {
            known.complete(
                    InstanceAddress.parse("127.0.0.1:" + event.getWebServer().getPort()));
        }
    }
}
