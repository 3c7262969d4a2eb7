package dev.hopmeter.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the parts of a running stack are.
 *
 * @param orderService {@code http://host:port}, as the other services
 * @param postgresUrl for JDBC
 * @param kafka bootstrap servers
 * @param redisUrl with its password, if it has one
 * @param arm the configuration that the stack was started with
 */
record Endpoints(
        URI orderService,
        URI cdcConnector,
        URI routerService,
        URI aggregatorService,
        URI notifierService,
        String postgresUrl,
        String postgresUser,
        String postgresPassword,
        String kafka,
        String redisUrl,
        String arm) {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Writes them to a file that no one but the owner can read, as there are passwords among them. */
    void writeTo(Path file) throws IOException {
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        Files.writeString(
                file,
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(this));
    }

    /**
     * Reads what {@link #writeTo} has written.
     *
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    static Endpoints readFrom(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        try {
            return JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build()
                    .readValue(Files.readString(file), Endpoints.class);
        } catch (JacksonException e) {
            throw new IOException(
                    file + " does not hold the addresses of a stack: "
                            + e.getOriginalMessage().lines().findFirst().orElse("it cannot be read"),
                    e);
        }
    }
}
