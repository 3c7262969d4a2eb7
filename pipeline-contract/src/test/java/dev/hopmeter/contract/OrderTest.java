package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {

    private static final OrderLine LINE = new OrderLine("A-1", 2);

    @Test
    void anOrderIsSummedUnderItsRegionAndKind() {
        assertThat(order(Optional.empty(), 1).windowKey()).isEqualTo(new WindowKey("eu-west", "retail"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, Limits.MAX_AMOUNT - 1, Limits.MAX_AMOUNT})
    void anAmountWithinItsBoundsIsAccepted(long amount) {
        assertThat(draft("c-1", amount, "EUR", List.of(LINE)).amount()).isEqualTo(amount);
        assertThat(order(Optional.empty(), amount).amount()).isEqualTo(amount);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Limits.MAX_AMOUNT + 1, Long.MAX_VALUE})
    void anAmountOutOfBoundsIsRefused(long amount) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draft("c-1", amount, "EUR", List.of(LINE)))
                .withMessage("amount is between 1 and 1000000000000, not " + amount);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> order(Optional.empty(), amount))
                .withMessage("amount is between 1 and 1000000000000, not " + amount);
    }

    @Test
    void everyPermittedAmountIsExactAsADouble() {
        assertThat((long) (double) (Limits.MAX_AMOUNT - 1)).isEqualTo(Limits.MAX_AMOUNT - 1);
        assertThat(Limits.MAX_AMOUNT).isLessThan(1L << 53);
    }

    @Test
    void aCustomerHasOneToSixtyFourCharacters() {
        assertThat(draft("c", 1, "EUR", List.of(LINE)).customer()).isEqualTo("c");
        assertThat(draft("c".repeat(64), 1, "EUR", List.of(LINE)).customer()).hasSize(64);
        for (String customer : List.of("", "c".repeat(65))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> draft(customer, 1, "EUR", List.of(LINE)))
                    .withMessage("customer has 1 to 64 characters, not " + customer.length());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Zoë Müller", "顧客", "c 17", "😀", "O'Neil \"x\""})
    void aCustomerIsAnyText(String customer) {
        assertThat(draft(customer, 1, "EUR", List.of(LINE)).customer()).isEqualTo(customer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "c\u0000", "c\n", "\t", "\u007f", "\u0085", "\ud800", "c\udc00c", "\ude00\ud83d"})
    void whatADatabaseOrUtf8CannotHoldIsNoText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draft(text, 1, "EUR", List.of(LINE)))
                .withMessageStartingWith("customer has no control characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrderLine(text, 1))
                .withMessageStartingWith("sku has no control characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "eu-west-1", "a-", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aRegionAndAKindAreWords(String word) {
        OrderDraft draft = new OrderDraft("c-1", word, word, 1, "EUR", List.of(LINE));

        assertThat(draft.region()).isEqualTo(word);
        assertThat(draft.kind()).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "-a", "A", "a b", "a_b", "a/b", "*", "ä", "a\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aWordOutOfItsFormIsRefused(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrderDraft("c-1", word, "retail", 1, "EUR", List.of(LINE)))
                .withMessageStartingWith("region is 1 to 32 of a-z, 0-9 and '-'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrderDraft("c-1", "eu-west", word, 1, "EUR", List.of(LINE)))
                .withMessageStartingWith("kind is 1 to 32 of a-z, 0-9 and '-'");
    }

    @Test
    void aFaultShowsAtMostTheStartOfALongValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WindowKey("x".repeat(100_000), "retail"))
                .satisfies(fault -> assertThat(fault.toString().length()).isLessThan(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EU", "EURO", "eur", "E R", "€€€", "ÄÖÜ"})
    void aCurrencyIsThreeCapitalLetters(String currency) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draft("c-1", 1, currency, List.of(LINE)))
                .withMessageStartingWith("currency is three capital letters");
    }

    @Test
    void anOrderHasOneToAHundredLines() {
        assertThat(draft("c-1", 1, "EUR", Collections.nCopies(100, LINE)).lines())
                .hasSize(100);
        for (int count : new int[] {0, 101}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> draft("c-1", 1, "EUR", Collections.nCopies(count, LINE)))
                    .withMessage("the number of lines is between 1 and 100, not " + count);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aQuantityOutOfBoundsIsRefused(int quantity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrderLine("A-1", quantity))
                .withMessage("quantity is between 1 and 1000000, not " + quantity);
    }

    @Test
    void aSkuHasOneToSixtyFourCharactersAndAQuantityUpToAMillion() {
        assertThat(new OrderLine("s".repeat(64), 1_000_000).quantity()).isEqualTo(1_000_000);
        for (String sku : List.of("", "s".repeat(65))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new OrderLine(sku, 1))
                    .withMessage("sku has 1 to 64 characters, not " + sku.length());
        }
    }

    @Test
    void anIdempotencyKeyIsOneToAHundredAndTwentyEightVisibleCharacters() {
        for (String key : List.of("!", "~", "7f3a-42", "k".repeat(128))) {
            assertThat(order(Optional.of(key), 1).idempotencyKey()).contains(key);
        }
        for (String key : List.of("", " ", "a b", "é", "\u007f", "a\n", "k".repeat(129))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> order(Optional.of(key), 1))
                    .withMessageStartingWith("the idempotency key is 1 to 128 visible ASCII characters");
        }
    }

    @Test
    void anOrderKeepsItsLinesWhateverBecomesOfTheListItWasGiven() {
        List<OrderLine> lines = new ArrayList<>(List.of(LINE));
        OrderDraft draft = draft("c-1", 1, "EUR", lines);
        lines.clear();

        assertThat(draft.lines()).containsExactly(LINE);
        assertThatThrownBy(() -> draft.lines().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    private static OrderDraft draft(String customer, long amount, String currency, List<OrderLine> lines) {
        return new OrderDraft(customer, "eu-west", "retail", amount, currency, lines);
    }

    private static Order order(Optional<String> idempotencyKey, long amount) {
        return new Order(
                new UUID(0, 1),
                idempotencyKey,
                "c-1",
                "eu-west",
                "retail",
                amount,
                "EUR",
                List.of(LINE),
                Instant.EPOCH);
    }
}
