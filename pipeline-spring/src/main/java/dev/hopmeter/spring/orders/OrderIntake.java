package dev.hopmeter.spring.orders;

import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.WireFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes orders by HTTP. Every refusal is an exception that is answered with problem details, before anything is stored. */
@RestController
@RequestMapping(path = "/orders", produces = MediaType.APPLICATION_JSON_VALUE)
public final class OrderIntake {

    /** The request header by which an order that is placed twice is stored once. */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    /** The header of an answer with an order that was there already. */
    public static final String REPLAYED = "Idempotent-Replayed";

    private final Reception reception;
    private final WireFormat wire;
    private final OrderStore store;
    private final OrderProperties properties;

    OrderIntake(Reception reception, WireFormat wire, OrderStore store, OrderProperties properties) {
        this.reception = reception;
        this.wire = wire;
        this.store = store;
        this.properties = properties;
    }

    /** Answers once the order is committed. The body is read here, so that reading it lies after the stamp. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> place(HttpServletRequest request) {
        long received = reception.now();
        Optional<Trail> trail =
                header(request, Trail.HEADER, Trail::parse).map(sent -> reception.received(sent, received));
        Optional<String> key = header(request, IDEMPOTENCY_KEY, text -> Limits.idempotencyKey("the key", text));
        OrderDraft draft = wire.readDraft(BoundedBody.read(request, properties.maxBytes()));
        if (!properties.currencies().contains(draft.currency())) {
            throw new MalformedException(
                    "currency is one of " + new TreeSet<>(properties.currencies()) + ", not '" + draft.currency() + "'",
                    null);
        }
        return switch (store.place(draft, key, trail, received)) {
            case Placement.Stored(Order order) -> created(order).body(wire.write(order));
            case Placement.Replayed(Order order) ->
                created(order).header(REPLAYED, "true").body(wire.write(order));
            case Placement.KeyTaken(String taken) -> throw keyTaken(taken);
        };
    }

    @GetMapping("/{id}")
    ResponseEntity<byte[]> find(@PathVariable UUID id) {
        Order order = store.find(id).orElseThrow(() -> noSuchOrder(id));
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(wire.write(order));
    }

    private static ResponseEntity.BodyBuilder created(Order order) {
        return ResponseEntity.created(URI.create("/orders/" + order.id())).contentType(MediaType.APPLICATION_JSON);
    }

    private static <T> Optional<T> header(HttpServletRequest request, String name, Function<String, T> reader) {
        List<String> values = Collections.list(request.getHeaders(name));
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw new MalformedException(name + " is given once, not " + values.size() + " times", null);
        }
        try {
            return Optional.of(reader.apply(values.getFirst()));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(name + ": " + e.getMessage(), e);
        }
    }

    private static ErrorResponseException keyTaken(String key) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.UNPROCESSABLE_CONTENT, "the key '" + key + "' belongs to an order with other content");
        problem.setTitle("Idempotency key taken");
        return new ErrorResponseException(HttpStatus.UNPROCESSABLE_CONTENT, problem, null);
    }

    private static ErrorResponseException noSuchOrder(UUID id) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "there is no order with the id " + id);
        return new ErrorResponseException(HttpStatus.NOT_FOUND, problem, null);
    }
}
