package dev.hopmeter.spring.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.spring.WireFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintsTest {

    private static final String DRAFT = """
        {"customer":"c-17","region":"eu-west","kind":"retail","amount":12990,"currency":"EUR",
         "lines":[{"sku":"A-1","quantity":2},{"sku":"B-1","quantity":1}]}\
        """;

    private final WireFormat wire = new WireFormat();
    private final Fingerprints fingerprints = new Fingerprints(wire);

    @Test
    void spacesAndTheOrderOfFieldsMakeNoDifference() {
        String spaced = DRAFT.replace(",", " ,\n").replace(":", " : ");
        String reordered = """
            {"lines":[{"quantity":2,"sku":"A-1"},{"quantity":1,"sku":"B-1"}],"currency":"EUR","amount":12990,
             "kind":"retail","region":"eu-west","customer":"c-17"}\
            """;

        assertThat(of(spaced)).isEqualTo(of(DRAFT)).hasSize(32);
        assertThat(of(reordered)).isEqualTo(of(DRAFT));
    }

    @Test
    void eachFieldMakesADifference() {
        List<String> others = List.of(
                DRAFT.replace("c-17", "c-18"),
                DRAFT.replace("eu-west", "eu-east"),
                DRAFT.replace("retail", "trade"),
                DRAFT.replace("12990", "12991"),
                DRAFT.replace("EUR", "USD"),
                DRAFT.replace("A-1", "A-2"),
                DRAFT.replace("\"quantity\":2", "\"quantity\":3"),
                DRAFT.replace("{\"sku\":\"A-1\",\"quantity\":2},", ""));

        assertThat(others).allSatisfy(other -> assertThat(of(other)).isNotEqualTo(of(DRAFT)));
    }

    private byte[] of(String json) {
        return fingerprints.of(wire.readDraft(json.getBytes(UTF_8)));
    }
}
