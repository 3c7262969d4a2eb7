package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.push.RefusedException;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** Admits a watcher, sends it to the instance that owns its key, or refuses it. */
public final class WatchAdmission {

    private final WindowSums sums;
    private final Watchers watchers;
    private final WindowLimits settings;

    /** To the windows of events. */
    public WatchAdmission(WindowSums sums, Watchers watchers, WindowLimits settings) {
        this.sums = sums;
        this.watchers = watchers;
        this.settings = settings;
    }

    /**
     * The watcher of the key that the address names.
     *
     * @throws ErrorResponseException with 404 for an unknown size, 307 to the key's owner, or 503
     * @throws MalformedException if it cannot be read
     */
    public Watcher admit(URI address) {
        // "/events/{size}/{region}/{kind}/updates"; no word of a key needs an encoding.
        String[] parts = address.getRawPath().split("/", -1);
        WindowSize size = Addressed.size(parts[2]);
        WindowKey key = Addressed.key(parts[3], parts[4]);
        return switch (sums.owner(Source.EVENTS, size, key)) {
            case KeyOwner.Here(int partition) -> admit(size, key, partition);
            case KeyOwner.Elsewhere(InstanceAddress owner) ->
                throw redirected("ws://" + owner.host() + ":" + owner.port() + address.getRawPath());
            case KeyOwner.Unknown(String reason) -> throw unavailable(reason);
        };
    }

    /** First the place, then the look whether the key is summed here: who loses it later closes all that have a place. */
    private Watcher admit(WindowSize size, WindowKey key, int partition) {
        Watcher watcher = watchers.admit(size, key, partition)
                .orElseThrow(() -> unavailable("there is no place for more watchers"));
        if (!sums.sums(Source.EVENTS, partition)) {
            watchers.gone(watcher);
            sums.forgetOwners();
            throw unavailable("the key's windows are not open here yet");
        }
        return watcher;
    }

    private static ErrorResponseException redirected(String address) {
        ErrorResponseException redirection = new ErrorResponseException(HttpStatus.TEMPORARY_REDIRECT);
        redirection.getHeaders().set(HttpHeaders.LOCATION, address);
        return redirection;
    }

    private RefusedException unavailable(String reason) {
        RefusedException refusal = new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, reason, null);
        refusal.getHeaders().set(HttpHeaders.RETRY_AFTER, settings.retryAfterSeconds());
        return refusal;
    }
}
