package dev.hopmeter.order;

import static dev.hopmeter.order.OrdersClient.DRAFT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.orders.OrderIntake;
import dev.hopmeter.stack.PostgresPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What is refused is refused with problem details that name what is wrong, and leaves nothing behind. */
@ServiceTest
class BadInputIT {

    private static final String LINES = "[{\"sku\":\"A-1\",\"quantity\":2}]";

    private final int port;
    private final OrdersClient client;
    private final StoredOrders stored;
    private long before;

    BadInputIT(@LocalServerPort int port, PostgresPart postgres) throws SQLException {
        this.port = port;
        this.client = new OrdersClient(port);
        this.stored = new StoredOrders(postgres);
    }

    @BeforeEach
    void count() throws SQLException {
        before = stored.count();
    }

    @AfterEach
    void nothingIsStoredAndTheServiceGoesOn() throws SQLException {
        try (stored;
                client) {
            assertThat(stored.count()).isEqualTo(before);
            assertThat(client.place(DRAFT).statusCode()).isEqualTo(201);
        }
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("", "the body is empty"),
                arguments(" \n", "end-of-input"),
                arguments("order", "order"),
                arguments("{\"customer\":", "end-of-input"),
                arguments(DRAFT + "{}", "trailing"),
                arguments("null", "null"),
                arguments("17", "OrderDraft"),
                arguments("\"order\"", "OrderDraft"),
                arguments("[" + DRAFT + "]", "OrderDraft"),
                arguments("{}", "customer"),
                arguments("[".repeat(5_000), "OrderDraft"),
                arguments(DRAFT.replace("}]}", "}],\"colour\":\"red\"}"), "colour"),
                arguments(DRAFT.replace("}]}", "}],\"id\":\"01a207fb-c285-7f69-9efe-c10988330bed\"}"), "id"),
                arguments(DRAFT.replace("}]", ",\"price\":1}]"), "price"),
                arguments(DRAFT.replace("\"kind\"", "\"region\""), "duplicate"),
                arguments(DRAFT.replace("}]}", "}],\"amount\":12990}"), "amount"),
                arguments(DRAFT.replace("\"region\":\"eu-west\",", ""), "region"),
                arguments(DRAFT.replace("\"eu-west\"", "null"), "region"),
                arguments(DRAFT.replace("\"c-17\"", "17"), "customer"),
                arguments(DRAFT.replace("c-17", ""), "customer"),
                arguments(DRAFT.replace("c-17", "c".repeat(65)), "customer"),
                arguments(DRAFT.replace("c-17", "\\u0000"), "customer"),
                arguments(DRAFT.replace("c-17", "\\ud800"), "customer"),
                arguments(DRAFT.replace("eu-west", "EU West"), "region"),
                arguments(DRAFT.replace("eu-west", "x".repeat(33)), "region"),
                arguments(DRAFT.replace("retail", "*"), "kind"),
                arguments(amount("0"), "amount"),
                arguments(amount("-1"), "amount"),
                arguments(amount("-0"), "amount"),
                arguments(amount("1000000000001"), "amount"),
                arguments(amount("99999999999999999999"), "amount"),
                arguments(amount("9".repeat(2_000)), "length"),
                arguments(amount("1.5"), "amount"),
                arguments(amount("1e3"), "amount"),
                arguments(amount("NaN"), "NaN"),
                arguments(amount("007"), "zero"),
                arguments(amount("\"12990\""), "amount"),
                arguments(amount("true"), "amount"),
                arguments(amount("null"), "amount"),
                arguments(amount("[12990]"), "amount"),
                arguments(DRAFT.replace("EUR", "eur"), "currency"),
                arguments(DRAFT.replace("EUR", "EURO"), "currency"),
                arguments(DRAFT.replace("EUR", "USD"), "currency is one of [EUR], not 'USD'"),
                arguments(DRAFT.replace(LINES, "[]"), "lines"),
                arguments(DRAFT.replace(LINES, "{}"), "lines"),
                arguments(DRAFT.replace(LINES, "[null]"), "lines"),
                arguments(
                        DRAFT.replace(
                                LINES, "[" + "{\"sku\":\"A-1\",\"quantity\":2},".repeat(100) + LINES.substring(1)),
                        "lines"),
                arguments(DRAFT.replace("A-1", ""), "sku"),
                arguments(DRAFT.replace("A-1", "a\\u0000b"), "sku"),
                arguments(DRAFT.replace("\"quantity\":2", "\"quantity\":0"), "quantity"),
                arguments(DRAFT.replace("\"quantity\":2", "\"quantity\":-2"), "quantity"),
                arguments(DRAFT.replace("\"quantity\":2", "\"quantity\":1000001"), "quantity"),
                arguments(DRAFT.replace("\"quantity\":2", "\"quantity\":\"2\""), "quantity"),
                arguments(DRAFT.replace(",\"quantity\":2", ""), "quantity"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void anUnreadableOrderIsRefusedWithItsReason(String body, String reason) {
        Problems.assertThatAnswer(client.place(body)).isProblem(400, reason);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] body = DRAFT.replace("c-17", "c~17").getBytes(UTF_8);
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == '~' ? (byte) 0xff : body[i];
        }

        Problems.assertThatAnswer(client.place(BodyPublishers.ofByteArray(body)))
                .isProblem(400, "UTF-8");
    }

    @ParameterizedTest
    @ValueSource(ints = {Limits.MAX_BYTES + 1, 1_000_000})
    void anOversizedBodyIsRefused(int size) {
        byte[] body = (DRAFT + " ".repeat(size - DRAFT.length())).getBytes(UTF_8);

        Problems.assertThatAnswer(client.place(BodyPublishers.ofByteArray(body)))
                .isProblem(413, "at most 65536 bytes");
        Problems.assertThatAnswer(client.place(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))))
                .isProblem(413, "at most 65536 bytes");
    }

    @Test
    void aBodyThatBreaksOffIsNotStored() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head =
                    "POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                            + (DRAFT.length() + 1) + "\r\n\r\n";
            socket.getOutputStream().write((head + DRAFT).getBytes(UTF_8));
            socket.shutdownOutput();

            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").contains("could not be read to its end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "json"
            })
    void anotherContentTypeIsRefused(String type) {
        HttpResponse<String> answer =
                client.send(client.to("/orders").header("Content-Type", type).POST(BodyPublishers.ofString(DRAFT)));

        Problems.assertThatAnswer(answer).isProblem(415, "");
    }

    @Test
    void aMissingContentTypeIsRefused() {
        Problems.assertThatAnswer(client.send(client.to("/orders").POST(BodyPublishers.ofString(DRAFT))))
                .isProblem(415, "");
    }

    @Test
    void anAnswerThatTheClientDoesNotTakeIsRefusedBeforeTheOrderIsStored() {
        Problems.assertThatAnswer(client.place(DRAFT, "Accept", "text/html")).isProblem(406, "");
    }

    static Stream<Arguments> headers() {
        String key = OrderIntake.IDEMPOTENCY_KEY;
        return Stream.of(
                arguments(key, ""),
                arguments(key, "two words"),
                arguments(key, "k".repeat(129)),
                arguments(Trail.HEADER, ""),
                arguments(Trail.HEADER, "walk;sent=1"),
                arguments(Trail.HEADER, "journey;sent"),
                arguments(Trail.HEADER, "journey;sent=soon"),
                arguments(Trail.HEADER, "journey;sent=-1"),
                arguments(Trail.HEADER, "journey;sent=1;sent=2"),
                arguments(Trail.HEADER, "journey;lunch=1"),
                arguments(Trail.HEADER, "journey;sent=1" + "0".repeat(30)),
                arguments(Trail.HEADER, "journey" + ";".repeat(1_000)));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void anUnreadableHeaderIsRefusedByName(String name, String value) {
        Problems.assertThatAnswer(client.place(DRAFT, name, value)).isProblem(400, name + ": ");
    }

    @ParameterizedTest
    @CsvSource({"Idempotency-Key,k", "Hopmeter-Trail,journey"})
    void aHeaderThatIsGivenTwiceIsRefused(String name, String value) {
        Problems.assertThatAnswer(client.place(DRAFT, name, value, name, value)).isProblem(400, name);
    }

    @Test
    void anIdThatIsNoUuidIsRefused() {
        Problems.assertThatAnswer(client.get("/orders/17")).isProblem(400, "17");
    }

    @Test
    void anUnknownIdIsNotFound() {
        String id = "01a207fb-c285-7f69-9efe-c10988330bed";

        Problems.assertThatAnswer(client.get("/orders/" + id)).isProblem(404, id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/order", "/orders/", "/orders/1/lines", "/favicon.ico"})
    void anUnknownPathIsNotFound(String path) {
        Problems.assertThatAnswer(client.get(path)).isProblem(404, "");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/orders,POST",
        "PUT,/orders,POST",
        "DELETE,/orders,POST",
        "POST,/orders/01a207fb-c285-7f69-9efe-c10988330bed,GET",
        "DELETE,/orders/01a207fb-c285-7f69-9efe-c10988330bed,GET"
    })
    void anotherMethodIsRefusedAndThePermittedOneNamed(String method, String path, String permitted) {
        HttpResponse<String> answer = client.send(client.to(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(DRAFT)));

        Problems.assertThatAnswer(answer).isProblem(405, method);
        assertThat(answer.headers().firstValue("Allow"))
                .hasValueSatisfying(allow -> assertThat(allow).contains(permitted));
    }

    private static String amount(String value) {
        return DRAFT.replace("12990", value);
    }
}
