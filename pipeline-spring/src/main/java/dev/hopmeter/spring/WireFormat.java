package dev.hopmeter.spring;

import com.fasterxml.jackson.annotation.Nulls;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Orders as JSON, the same bytes in HTTP, on topics and in frames. Reading is strict: unknown fields, missing fields,
 * duplicate keys, nulls, trailing text, coerced types and other encodings than UTF-8 are refused. Safe for use by many threads.
 */
public final class WireFormat {

    private static final Pattern PACKAGE = Pattern.compile("\\b(?:[a-z][a-z0-9]*\\.)+(?=[A-Z])");
    private static final int MOST_REASON = 300;

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(new SimpleModule("texts")
                    .addDeserializer(Instant.class, new FromText<>(Instant.class, "ISO instant", Instant::parse))
                    .addDeserializer(UUID.class, new FromText<>(UUID.class, "UUID", WireFormat::uuid)))
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
            .build();

    /** For a value that others follow. */
    private final ObjectReader inner = mapper.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads what a client places.
     *
     * @throws MalformedException if the bytes are not the JSON of a valid draft; the message says why
     */
    public OrderDraft readDraft(byte[] json) {
        return read(json, OrderDraft.class);
    }

    /**
     * Reads a stored order.
     *
     * @throws MalformedException if the bytes are not the JSON of a valid order; the message says why
     */
    public Order readOrder(byte[] json) {
        return read(json, Order.class);
    }

    /** The order's JSON in UTF-8. */
    public byte[] write(Order order) {
        return mapper.writeValueAsBytes(order);
    }

    /** The JSON in UTF-8 of a value other than an order. */
    public byte[] writeValue(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /**
     * Reads any value as {@link #readOrder} reads an order.
     *
     * @throws MalformedException if the bytes are not the JSON of such a value; the message says why
     */
    public <T> T read(byte[] json, Class<T> type) {
        T value;
        try {
            value = mapper.readValue(text(json), type);
        } catch (JacksonException e) {
            throw new MalformedException(reason(e), e);
        }
        if (value == null) {
            throw new MalformedException("null is no " + type.getSimpleName(), null);
        }
        return value;
    }

    /**
     * Reads a value out of a larger text, where the parser is, as {@link #read(byte[], Class)} does.
     *
     * @throws MalformedException if there is no such value; the message says why
     */
    public <T> T read(JsonParser parser, Class<T> type) {
        T value;
        try {
            value = inner.forType(type).readValue(parser);
        } catch (JacksonException e) {
            throw new MalformedException(reason(e), e);
        }
        if (value == null) {
            throw new MalformedException("null is no " + type.getSimpleName(), null);
        }
        return value;
    }

    /**
     * Reads a text piece by piece.
     *
     * @param reading of the whole text
     * @throws MalformedException if it is not JSON, or goes on after what is read; the message says why
     */
    public <T> T parse(String json, Function<JsonParser, T> reading) {
        try (JsonParser parser = mapper.createParser(json)) {
            T value = reading.apply(parser);
            if (parser.nextToken() != null) {
                throw new MalformedException("there is something after the end", null);
            }
            return value;
        } catch (JacksonException e) {
            throw new MalformedException(reason(e), e);
        }
    }

    /**
     * Reads any JSON object.
     *
     * @throws MalformedException if the bytes are not JSON
     */
    public JsonNode readTree(byte[] json) {
        JsonNode tree;
        try {
            tree = mapper.readTree(text(json));
        } catch (JacksonException e) {
            throw new MalformedException(reason(e), e);
        }
        if (tree.isMissingNode()) {
            throw new MalformedException("nothing is no JSON", null);
        }
        return tree;
    }

    private static String reason(JacksonException e) {
        Throwable cause = e.getCause();
        String reason = cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : e.getOriginalMessage();
        return shown(e.getPath().isEmpty() ? reason : place(e.getPath()) + ": " + reason);
    }

    private static String shown(String reason) {
        String plain = PACKAGE.matcher(reason).replaceAll("").replaceAll("\\s+", " ");
        return plain.length() <= MOST_REASON ? plain : plain.substring(0, MOST_REASON) + "...";
    }

    /** Jackson itself would take UTF-16 and UTF-32 for JSON too, and overlong UTF-8. */
    private static String text(byte[] json) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("these bytes are not UTF-8", e);
        }
    }

    private static String place(List<JacksonException.Reference> path) {
        return path.stream()
                .map(step ->
                        step.getPropertyName() == null ? Integer.toString(step.getIndex()) : step.getPropertyName())
                .collect(Collectors.joining("."));
    }

    private static UUID uuid(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not the 36 characters of a UUID");
        }
        return uuid;
    }

    /** Reads a value from its one text form. Jackson itself would take numbers for an instant, and base 64 for a UUID. */
    private static final class FromText<T> extends StdScalarDeserializer<T> {

        private final Class<T> type;
        private final String form;
        private final Function<String, T> parse;

        FromText(Class<T> type, String form, Function<String, T> parse) {
            super(type);
            this.type = type;
            this.form = form;
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) {
            if (!json.hasToken(JsonToken.VALUE_STRING)) {
                throw MismatchedInputException.from(json, type, "an " + form + " as a text is wanted");
            }
            try {
                return parse.apply(json.getString());
            } catch (DateTimeException | IllegalArgumentException e) {
                throw context.weirdStringException(json.getString(), type, "not an " + form);
            }
        }
    }
}
