package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file of addresses as it is read. What is there and of another form is an {@link IllegalArgumentException}. */
final class AddressBook {

    private final JsonNode json;

    private AddressBook(JsonNode json) {
        this.json = json;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if there is no such file, or something else in it; the message says which
     */
    static <T> T read(Path file, Function<AddressBook, T> reading) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        try {
            return reading.apply(new AddressBook(JsonMapper.builder().build().readTree(Files.readString(file))));
        } catch (JacksonException e) {
            throw notAddresses(file, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw notAddresses(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IOException notAddresses(Path file, String why, RuntimeException e) {
        return new IOException(
                file + " does not hold the addresses of a stack: "
                        + why.lines().findFirst().orElse("it cannot be read"),
                e);
    }

    /** The conventional one, unless another is named. */
    Backend backend() {
        return text("backend")
                .map(word -> Backend.of(word)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "there is no backend '" + word + "'; there are " + String.join(", ", Backend.words()))))
                .orElse(Backend.CONVENTIONAL);
    }

    Optional<String> workload() {
        return text("workload")
                .map(word -> Workload.of(word)
                        .map(Workload::word)
                        .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + word
                                + "'; there are " + String.join(", ", Workload.words()))));
    }

    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        json.path("settings")
                .properties()
                .forEach(line -> settings.put(line.getKey(), textOf(line.getKey(), line.getValue())));
        return settings;
    }

    String needed(String name) {
        return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    Optional<URI> address(String name) {
        return text(name).map(URI::create);
    }

    /** All in a list; none where there is no list. */
    List<URI> addresses(String name) {
        return texts(name).stream().map(URI::create).toList();
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : json.path(name)) {
            texts.add(textOf(name, each));
        }
        return texts;
    }

    Optional<String> text(String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(textOf(name, value));
    }

    private static String textOf(String name, JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " is a text");
        }
        return value.asString();
    }
}
