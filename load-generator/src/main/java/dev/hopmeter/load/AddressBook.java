package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.FileFault;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file of addresses as it is read. What is there and of another form is an {@link IllegalArgumentException}. */
final class AddressBook {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)}");

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
        if (!Files.exists(file)) {
            throw new IOException("there is no file " + file);
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
            if (!json.isObject()) {
                throw new IllegalArgumentException("it is no JSON object");
            }
            return reading.apply(new AddressBook(json));
        } catch (JacksonException e) {
            throw notAddresses(file, "it is no JSON (line " + e.getLocation().getLineNr() + ")", e);
        } catch (IOException e) {
            throw notAddresses(file, FileFault.text(e), e);
        } catch (IllegalArgumentException e) {
            throw notAddresses(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IOException notAddresses(Path file, String why, Exception e) {
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
        return text(name).map(text -> web(name, text));
    }

    /** All in a list; none where there is no list. */
    List<URI> addresses(String name) {
        return texts(name).stream().map(text -> web(name, text)).toList();
    }

    /** @throws IllegalArgumentException if the text is no address of the web; the message starts with the name */
    static URI web(String name, String text) {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // As any other that is none.
        }
        throw new IllegalArgumentException(name + " is an address as in http://127.0.0.1:8081, not '" + text + "'");
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
        return VARIABLE.matcher(value.asString()).replaceAll(variable -> {
            String content = System.getenv(variable.group(1));
            if (content == null) {
                throw new IllegalArgumentException(
                        name + " names the environment variable " + variable.group(1) + ", which is not set");
            }
            return Matcher.quoteReplacement(content);
        });
    }
}
