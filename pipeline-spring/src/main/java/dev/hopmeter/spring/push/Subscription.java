package dev.hopmeter.spring.push;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.spring.MalformedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who wants which orders and messages.
 *
 * @param subscriber the subscriber's id
 * @param filter what it wants
 */
public record Subscription(String subscriber, Filter filter) {

    private static final Set<String> PARAMETERS = Set.of("subscriber", "region", "kind", "leastAmount");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}");

    /**
     * Reads the subscription from the query string of its handshake.
     *
     * @param query still encoded, or null for none
     * @throws MalformedException if the query names no subscriber, an unknown parameter, one twice, or a filter that
     *     cannot be read; the message says what is wrong
     */
    public static Subscription parse(@Nullable String query) {
        Map<String, String> parameters = parameters(query == null ? "" : query);
        String subscriber = parameters.get("subscriber");
        if (subscriber == null) {
            throw new MalformedException("the parameter 'subscriber' is missing", null);
        }
        if (!ID.matcher(subscriber).matches()) {
            throw new MalformedException("subscriber is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'", null);
        }
        try {
            return new Subscription(
                    subscriber,
                    new Filter(
                            Optional.ofNullable(parameters.get("region")),
                            Optional.ofNullable(parameters.get("kind")),
                            leastAmount(parameters.getOrDefault("leastAmount", "0"))));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(e.getMessage() == null ? "the filter cannot be read" : e.getMessage(), e);
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String part : query.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals));
            if (!PARAMETERS.contains(name)) {
                throw new MalformedException("there is no parameter '" + shown(name) + "'", null);
            }
            if (parameters.put(name, equals < 0 ? "" : decoded(part.substring(equals + 1))) != null) {
                throw new MalformedException("the parameter '" + name + "' is there twice", null);
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("'" + shown(text) + "' is not encoded as a URL's query is", e);
        }
    }

    private static long leastAmount(String text) {
        if (!AMOUNT.matcher(text).matches()) {
            throw new IllegalArgumentException("leastAmount is a whole number, not '" + shown(text) + "'");
        }
        return Long.parseLong(text);
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
