package dev.hopmeter.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.stack.HarperStack;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where the parts of a running stack are; those that it does not have are not there. */
public sealed interface Endpoints permits ConventionalEndpoints, UnifiedEndpoints, HarperEndpoints {

    /** Those of a stack on this machine. */
    static Endpoints of(LocalStack stack) {
        return ConventionalEndpoints.of(stack);
    }

    /** Likewise. */
    static Endpoints of(UnifiedStack stack) {
        return UnifiedEndpoints.of(stack);
    }

    /** Likewise. */
    static Endpoints of(HarperStack stack) {
        return HarperEndpoints.of(stack);
    }

    /** Whose stack it is. */
    Backend backend();

    /** The same as a word, for the file. */
    @JsonProperty("backend")
    default String backendWord() {
        return backend().word();
    }

    /** The name of the configuration that the stack was started with. */
    String arm();

    /** The word of the workload that the stack was started for; empty if for all, or not known. */
    Optional<String> workload();

    /** Every line of that configuration, those for one workload with their prefix; empty if not known. */
    Map<String, String> settings();

    /**
     * The stack as a run meets it.
     *
     * @param armSettings that hold for the run
     */
    Site site(EpochClock clock, Progress progress, Map<String, String> armSettings);

    /** Writes them for {@code hopmeter run --at}, to a file that no one but the owner can read, as there are passwords among them. */
    default void writeTo(Path file) throws IOException {
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(
                file,
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(this));
    }

    /**
     * Reads what {@link #writeTo} has written; a file that names no backend is of the conventional one. In a text,
     * <code>${NAME}</code> stands for that environment variable, so that a file can do without passwords.
     *
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    static Endpoints readFrom(Path file) throws IOException {
        return AddressBook.read(file, book -> switch (book.backend()) {
            case CONVENTIONAL -> ConventionalEndpoints.of(book);
            case UNIFIED -> UnifiedEndpoints.of(book);
            case HARPER -> HarperEndpoints.of(book);
            case IN_MEMORY ->
                throw new IllegalArgumentException(
                        "there are no stacks of " + book.backend().word());
        });
    }
}
