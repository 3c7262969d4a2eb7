package dev.hopmeter.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Limits;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {

    private static final String ORDER = """
        {"id":"01990000-0000-7000-8000-000000000001","idempotencyKey":"7f3a-42","customer":"c-17",\
        "region":"eu-west","kind":"retail","amount":12990,"currency":"EUR",\
        "lines":[{"sku":"A-1","quantity":2}],"placedAt":"2026-06-08T12:00:00.000000001Z"}\
        """;

    private static final String DRAFT = """
        {"customer":"c-17","region":"eu-west","kind":"retail","amount":12990,"currency":"EUR",\
        "lines":[{"sku":"A-1","quantity":2}]}\
        """;

    private final WireFormat format = new WireFormat();

    @Test
    void anOrderIsWrittenAsTheDocumentSaysToTheByte() {
        assertThat(text(format.write(order(Optional.of("7f3a-42"))))).isEqualTo(ORDER);
    }

    @Test
    void anOrderWithoutAnIdempotencyKeyHasANullAndComesBack() {
        Order order = order(Optional.empty());
        byte[] json = format.write(order);

        assertThat(text(json)).isEqualTo(ORDER.replace("\"7f3a-42\"", "null"));
        assertThat(format.readOrder(json)).isEqualTo(order);
    }

    @Test
    void anOrderAndADraftAreReadFromTheDocumentsJson() {
        assertThat(format.readOrder(bytes(ORDER))).isEqualTo(order(Optional.of("7f3a-42")));
        assertThat(format.readDraft(bytes(DRAFT)))
                .isEqualTo(
                        new OrderDraft("c-17", "eu-west", "retail", 12_990, "EUR", List.of(new OrderLine("A-1", 2))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyOrderIsReadBackAndWrittenToTheSameBytes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Order order = randomOrder(random);
            byte[] json = format.write(order);

            assertThat(format.readOrder(json)).isEqualTo(order);
            assertThat(format.write(format.readOrder(json))).isEqualTo(json);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-08T12:00:00Z",
        "2026-06-08T12:00:00.100Z",
        "2026-06-08T12:00:00.000001Z",
        "2026-06-08T12:00:00.000000001Z",
        "2026-06-08T12:00:00.999999999Z",
        "1970-01-01T00:00:00Z"
    })
    void theMomentOfPlacingIsAnIsoInstantToTheNanosecond(String moment) {
        String json = ORDER.replace("2026-06-08T12:00:00.000000001Z", moment);

        assertThat(format.readOrder(bytes(json)).placedAt()).isEqualTo(Instant.parse(moment));
        assertThat(text(format.write(format.readOrder(bytes(json))))).isEqualTo(json);
    }

    @Test
    void theOrderOfFieldsAndTheSpaceBetweenThemDoNotMatter() {
        assertThat(format.readDraft(bytes("""
             \t{
              "lines" : [ { "quantity" : 2, "sku" : "A-1" } ],
              "currency":"EUR", "amount" :12990 , "kind":"retail","region":"eu-west", "customer":"c-17"
            } \r\n\
            """))).isEqualTo(format.readDraft(bytes(DRAFT)));
    }

    static Stream<Arguments> malformedDrafts() {
        return Stream.of(
                malformed("an unknown field", DRAFT.replace("{\"customer\"", "{\"rush\":true,\"customer\"")),
                malformed("an unknown field within", DRAFT.replace("\"quantity\":2", "\"quantity\":2,\"note\":1")),
                malformed(
                        "a stored order's field",
                        DRAFT.replace("{\"customer\"", "{\"idempotencyKey\":null,\"customer\"")),
                malformed("a name in capitals", DRAFT.replace("\"amount\"", "\"Amount\"")),
                malformed("a field twice", DRAFT.replace("\"amount\":12990", "\"amount\":12990,\"amount\":12990")),
                malformed("a field twice within", DRAFT.replace("\"quantity\":2", "\"quantity\":2,\"quantity\":2")),
                malformed("a text missing", DRAFT.replace("\"customer\":\"c-17\",", "")),
                malformed("a number missing", DRAFT.replace("\"amount\":12990,", "")),
                malformed("the list missing", DRAFT.replace(",\"lines\":[{\"sku\":\"A-1\",\"quantity\":2}]", "")),
                malformed("a quantity missing", DRAFT.replace(",\"quantity\":2", "")),
                malformed("a sku missing", DRAFT.replace("\"sku\":\"A-1\",", "")),
                malformed("null for a text", DRAFT.replace("\"c-17\"", "null")),
                malformed("null for a number", DRAFT.replace("12990", "null")),
                malformed("null for the list", DRAFT.replace("[{\"sku\":\"A-1\",\"quantity\":2}]", "null")),
                malformed("null for a line", DRAFT.replace("{\"sku\":\"A-1\",\"quantity\":2}", "null")),
                malformed("null beside a line", DRAFT.replace("\"quantity\":2}", "\"quantity\":2},null")),
                malformed("null for a sku", DRAFT.replace("\"A-1\"", "null")),
                malformed("null for a quantity", DRAFT.replace("\"quantity\":2", "\"quantity\":null")),
                malformed("an empty list", DRAFT.replace("{\"sku\":\"A-1\",\"quantity\":2}", "")),
                malformed("a line for the list", DRAFT.replace("[{", "{").replace("}]", "}")),
                malformed("a text for the list", DRAFT.replace("[{\"sku\":\"A-1\",\"quantity\":2}]", "\"A-1\"")),
                malformed("an empty text for the list", DRAFT.replace("[{\"sku\":\"A-1\",\"quantity\":2}]", "\"\"")),
                malformed("an empty text for a line", DRAFT.replace("{\"sku\":\"A-1\",\"quantity\":2}", "\"\"")),
                malformed("an array for a line", DRAFT.replace("{\"sku\":\"A-1\",\"quantity\":2}", "[\"A-1\",2]")),
                malformed("a fraction for a whole number", DRAFT.replace("12990", "12990.5")),
                malformed("a decimal for a whole number", DRAFT.replace("12990", "12990.0")),
                malformed("an exponent for a whole number", DRAFT.replace("12990", "1e3")),
                malformed("a text for a whole number", DRAFT.replace("12990", "\"12990\"")),
                malformed("an empty text for a whole number", DRAFT.replace("12990", "\"\"")),
                malformed("a truth for a whole number", DRAFT.replace("12990", "true")),
                malformed("an array for a whole number", DRAFT.replace("12990", "[12990]")),
                malformed("an object for a whole number", DRAFT.replace("12990", "{}")),
                malformed("a number for a text", DRAFT.replace("\"c-17\"", "17")),
                malformed("a fraction for a text", DRAFT.replace("\"c-17\"", "1.7")),
                malformed("a truth for a text", DRAFT.replace("\"c-17\"", "false")),
                malformed("an array for a text", DRAFT.replace("\"c-17\"", "[\"c-17\"]")),
                malformed("an object for a text", DRAFT.replace("\"c-17\"", "{}")),
                malformed("a number over a long", DRAFT.replace("12990", "9223372036854775808")),
                malformed("a number of many digits", DRAFT.replace("12990", "9".repeat(20_000))),
                malformed("a quantity over an int", DRAFT.replace("\"quantity\":2", "\"quantity\":2147483648")),
                malformed("a huge exponent", DRAFT.replace("12990", "1e999999999")),
                malformed("NaN", DRAFT.replace("12990", "NaN")),
                malformed("a leading zero", DRAFT.replace("12990", "012990")),
                malformed("a plus sign", DRAFT.replace("12990", "+12990")),
                malformed("hexadecimal", DRAFT.replace("12990", "0x32")),
                malformed("an amount of zero", DRAFT.replace("12990", "0")),
                malformed("a negative amount", DRAFT.replace("12990", "-1")),
                malformed("an absurd amount", DRAFT.replace("12990", Long.toString(Limits.MAX_AMOUNT + 1))),
                malformed("an empty customer", DRAFT.replace("c-17", "")),
                malformed("a region of capitals", DRAFT.replace("eu-west", "EU")),
                malformed("a currency of two letters", DRAFT.replace("EUR", "EU")),
                malformed("a NUL in a text", DRAFT.replace("c-17", "c\\u0000")),
                malformed("half a surrogate pair", DRAFT.replace("c-17", "\\ud800")),
                malformed("a raw line feed in a text", DRAFT.replace("c-17", "c\n17")),
                malformed("a bad escape", DRAFT.replace("c-17", "\\x")),
                malformed("text behind", DRAFT + "x"),
                malformed("an object behind", DRAFT + DRAFT),
                malformed("a bracket behind", DRAFT + "}"),
                malformed("no end", DRAFT.substring(0, DRAFT.length() - 1)),
                malformed("a comma at the end", DRAFT.replace("]}", "],}")),
                malformed("a comment", DRAFT.replace("{\"customer\"", "{/* */\"customer\"")),
                malformed("single quotes", DRAFT.replace('"', '\'')),
                malformed("names without quotes", DRAFT.replace("\"amount\"", "amount")),
                malformed("nothing", ""),
                malformed("white space", " \n"),
                malformed("null", "null"),
                malformed("an array", "[]"),
                malformed("an array of it", "[" + DRAFT + "]"),
                malformed("a text", "\"" + "x" + "\""),
                malformed("an empty text", "\"\""),
                malformed("a number", "12"),
                malformed("a truth", "true"),
                malformed("an empty object", "{}"),
                malformed("no JSON", "customer=c-17"),
                malformed("deep nesting", "[".repeat(100_000)),
                malformed("deep nesting within", DRAFT.replace("\"c-17\"", "[".repeat(100_000))),
                malformed("deep nesting of an unknown field", "{\"a\":".repeat(30_000)),
                malformed("a name without end", "{\"" + "a".repeat(100_000)),
                malformed("a long unknown name", "{\"" + "a".repeat(40_000) + "\":1}"),
                malformed("a long text for a number", DRAFT.replace("12990", "\"" + "9".repeat(40_000) + "\"")),
                malformed("NUL", "\0"),
                malformed("a byte order mark", "\ufeff" + DRAFT));
    }

    private static Arguments malformed(String what, String json) {
        assertThat(json).isNotEqualTo(DRAFT).isNotEqualTo(ORDER);
        return Arguments.argumentSet(what, json);
    }

    @ParameterizedTest
    @MethodSource("malformedDrafts")
    void whatIsNoDraftIsRefusedWithAShortReason(String json) {
        assertRefused(() -> format.readDraft(bytes(json)));
    }

    static Stream<Arguments> malformedOrders() {
        return Stream.of(
                malformed("an unknown field", ORDER.replace("{\"id\"", "{\"rush\":true,\"id\"")),
                malformed("the key missing", ORDER.replace("\"idempotencyKey\":\"7f3a-42\",", "")),
                malformed("a number for the key", ORDER.replace("\"7f3a-42\"", "42")),
                malformed("an empty key", ORDER.replace("7f3a-42", "")),
                malformed("a key with a space", ORDER.replace("7f3a-42", "7f3a 42")),
                malformed("an object for the key", ORDER.replace("\"7f3a-42\"", "{\"present\":false}")),
                malformed("null for the id", ORDER.replace("\"01990000-0000-7000-8000-000000000001\"", "null")),
                malformed("an empty id", ORDER.replace("01990000-0000-7000-8000-000000000001", "")),
                malformed("a number for the id", ORDER.replace("\"01990000-0000-7000-8000-000000000001\"", "1")),
                malformed("a short id", ORDER.replace("01990000-0000-7000-8000-000000000001", "1-1-1-1-1")),
                malformed(
                        "an id in base 64",
                        ORDER.replace("01990000-0000-7000-8000-000000000001", "AZkAAAAAcACAAAAAAAAAAQ==")),
                malformed("an id that is none", ORDER.replace("01990000-0000-7000-8000-000000000001", "x")),
                malformed("null for the moment", ORDER.replace("\"2026-06-08T12:00:00.000000001Z\"", "null")),
                malformed("an empty moment", ORDER.replace("2026-06-08T12:00:00.000000001Z", "")),
                malformed("a blank moment", ORDER.replace("2026-06-08T12:00:00.000000001Z", " ")),
                malformed("seconds for the moment", ORDER.replace("\"2026-06-08T12:00:00.000000001Z\"", "1780920000")),
                malformed(
                        "a fraction for the moment",
                        ORDER.replace("\"2026-06-08T12:00:00.000000001Z\"", "1780920000.5")),
                malformed(
                        "seconds as a text for the moment",
                        ORDER.replace("2026-06-08T12:00:00.000000001Z", "1780920000")),
                malformed("a date for the moment", ORDER.replace("2026-06-08T12:00:00.000000001Z", "2026-06-08")),
                malformed("a moment without a zone", ORDER.replace("00.000000001Z", "00")),
                malformed("a moment of a 13th month", ORDER.replace("2026-06", "2026-13")),
                malformed("a truth for the moment", ORDER.replace("\"2026-06-08T12:00:00.000000001Z\"", "true")),
                malformed("an amount out of bounds", ORDER.replace("12990", "0")),
                Arguments.argumentSet("a draft", DRAFT));
    }

    @ParameterizedTest
    @MethodSource("malformedOrders")
    void whatIsNoOrderIsRefusedWithAShortReason(String json) {
        assertRefused(() -> format.readOrder(bytes(json)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void anotherEncodingThanUtf8IsRefused(String charset) {
        assertRefused(() -> format.readDraft(DRAFT.getBytes(Charset.forName(charset))));
    }

    static Stream<Arguments> notUtf8() {
        return Stream.of(
                Arguments.argumentSet("latin 1", new int[] {0xE4}),
                Arguments.argumentSet("a lone continuation", new int[] {0x80}),
                Arguments.argumentSet("a cut sequence", new int[] {0xC3}),
                Arguments.argumentSet("a byte that never occurs", new int[] {0xFF}),
                Arguments.argumentSet("five bytes", new int[] {0xF8, 0x88, 0x80, 0x80, 0x80}),
                Arguments.argumentSet("an overlong slash", new int[] {0xC0, 0xAF}),
                Arguments.argumentSet("an encoded surrogate", new int[] {0xED, 0xA0, 0x80}),
                Arguments.argumentSet("beyond Unicode", new int[] {0xF5, 0x80, 0x80, 0x80}));
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void bytesThatAreNotUtf8AreRefused(int[] broken) {
        byte[] json = bytes(DRAFT.replace("c-17", "#".repeat(broken.length)));
        int at = text(json).indexOf('#');
        for (int i = 0; i < broken.length; i++) {
            json[at + i] = (byte) broken[i];
        }
        assertRefused(() -> format.readDraft(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Zoë", "顧客", "😀", "a \\\"b\\\"", "\\u00e4", "\\ud83d\\ude00"})
    void anyTextIsReadAndComesBack(String customer) {
        OrderDraft draft = format.readDraft(bytes(DRAFT.replace("c-17", customer)));
        Order order = new Order(
                new UUID(1, 2),
                Optional.empty(),
                draft.customer(),
                draft.region(),
                draft.kind(),
                draft.amount(),
                draft.currency(),
                draft.lines(),
                Instant.EPOCH);

        assertThat(format.readOrder(format.write(order))).isEqualTo(order);
    }

    @Test
    void theReasonIsTheContractsOwnWhereAValueIsOutOfItsBounds() {
        assertThatThrownBy(() -> format.readDraft(bytes(DRAFT.replace("12990", "-1"))))
                .isInstanceOf(MalformedException.class)
                .hasMessage("amount is between 1 and 1000000000000, not -1");
        assertThatThrownBy(() -> format.readDraft(bytes(DRAFT.replace("\"quantity\":2", "\"quantity\":0"))))
                .isInstanceOf(MalformedException.class)
                .hasMessageEndingWith("quantity is between 1 and 1000000, not 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "nul", "{\"a\":1,\"a\":2}", "{} {}", "[", "\0"})
    void aTreeIsReadStrictlyToo(String json) {
        assertRefused(() -> format.readTree(bytes(json)));
    }

    @Test
    void aTreeIsReadFromAnyJson() {
        assertThat(format.readTree(bytes("{\"a\":[1,null]}")).at("/a/0").asInt())
                .isEqualTo(1);
    }

    private static void assertRefused(Runnable reading) {
        assertThatThrownBy(reading::run)
                .isInstanceOf(MalformedException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .isNotBlank()
                        .hasSizeLessThanOrEqualTo(400)
                        .doesNotContain("dev.hopmeter", "tools.jackson", "\n"));
    }

    private static Order order(Optional<String> idempotencyKey) {
        return new Order(
                UUID.fromString("01990000-0000-7000-8000-000000000001"),
                idempotencyKey,
                "c-17",
                "eu-west",
                "retail",
                12_990,
                "EUR",
                List.of(new OrderLine("A-1", 2)),
                Instant.parse("2026-06-08T12:00:00.000000001Z"));
    }

    private static Order randomOrder(Random random) {
        return new Order(
                new UUID(random.nextLong(), random.nextLong()),
                random.nextBoolean() ? Optional.of("k-" + random.nextInt()) : Optional.empty(),
                random.ints(random.nextInt(1, 60), 0x20, 0x7f)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString(),
                "r-" + random.nextInt(10),
                "k-" + random.nextInt(10),
                random.nextLong(1, Limits.MAX_AMOUNT + 1),
                "EUR",
                random.ints(random.nextInt(1, 20), 1, 1_000_000)
                        .mapToObj(quantity -> new OrderLine("s-" + quantity, quantity))
                        .toList(),
                Instant.ofEpochSecond(random.nextLong(0, 4_000_000_000L), random.nextInt(1_000_000_000)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
