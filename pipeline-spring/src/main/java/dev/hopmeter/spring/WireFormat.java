package dev.hopmeter.spring;

import com.fasterxml.jackson.annotation.Nulls;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Orders as JSON, the same bytes in HTTP, on topics and in frames. Reading is strict: unknown fields, missing fields,
 * duplicate keys, nulls, trailing text and coerced types are refused. Safe for use by many threads.
 */
public final class WireFormat {

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
            .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
            .build();

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
            value = mapper.readValue(json, type);
        } catch (JacksonException e) {
            throw new MalformedException(reason(e), e);
        }
        if (value == null) {
            throw new MalformedException("null is no " + type.getSimpleName(), null);
        }
        return value;
    }

    /**
     * Reads any JSON object.
     *
     * @throws MalformedException if the bytes are not JSON
     */
    public JsonNode readTree(byte[] json) {
        try {
            return mapper.readTree(json);
        } catch (JacksonException e) {
            throw new MalformedException(reason(e), e);
        }
    }

    private static String reason(JacksonException e) {
        Throwable cause = e.getCause();
        String reason = cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : e.getOriginalMessage();
        return e.getPath().isEmpty() ? reason : place(e.getPath()) + ": " + reason;
    }

    private static String place(List<JacksonException.Reference> path) {
        return path.stream()
                .map(step ->
                        step.getPropertyName() == null ? Integer.toString(step.getIndex()) : step.getPropertyName())
                .collect(Collectors.joining("."));
    }
}
