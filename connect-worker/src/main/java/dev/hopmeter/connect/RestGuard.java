package dev.hopmeter.connect;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.rest.ConnectRestExtension;
import org.apache.kafka.connect.rest.ConnectRestExtensionContext;
import org.jspecify.annotations.Nullable;

/**
 * Answers 401 by Connect's REST interface to whoever does not give user {@value #USER} and the password by HTTP's basic
 * authentication. Connect resolves what stands for a secret in a configuration that it is asked to validate, and shows it in
 * some answers: without this, everybody on the machine could have Postgres's password. For one worker: those of a group would
 * not let each other in.
 *
 * <p>Named in the worker's properties, by which Connect makes it, hence public. It needs {@value #PASSWORD_FILE} there.
 */
public final class RestGuard implements ConnectRestExtension {

    static final String PASSWORD_FILE = "hopmeter.rest.password.file";

    private static final String USER = "hopmeter";

    private byte[] expected = {};

    /** Made by Connect. */
    public RestGuard() {}

    @Override
    public void configure(Map<String, ?> settings) {
        Object file = settings.get(PASSWORD_FILE);
        if (file == null) {
            throw new ConfigException(PASSWORD_FILE + " is needed");
        }
        try {
            String password = Files.readString(Path.of(file.toString())).strip();
            if (password.isEmpty()) {
                throw new ConfigException(PASSWORD_FILE + " names an empty file");
            }
            String credentials = USER + ":" + password;
            expected = ("Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new ConfigException(PASSWORD_FILE + " cannot be read: " + e);
        }
    }

    @Override
    public void register(ConnectRestExtensionContext context) {
        context.configurable().register((ContainerRequestFilter) this::check, ContainerRequestFilter.class);
    }

    private void check(ContainerRequestContext request) {
        if (!permits(request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            request.abortWith(Response.status(Response.Status.UNAUTHORIZED)
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"connect-worker\"")
                    .build());
        }
    }

    /** Takes the same time for every wrong header of one length. */
    boolean permits(@Nullable String authorization) {
        return MessageDigest.isEqual(
                expected, Optional.ofNullable(authorization).orElse("").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void close() {}
}
