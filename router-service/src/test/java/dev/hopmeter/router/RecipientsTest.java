package dev.hopmeter.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecipientsTest {

    @Test
    void idsAreJoinedByCommasInTheOrderTheyCame() {
        Recipients recipients = new Recipients(bytes("n-1/b:1"), 3);

        recipients.add(bytes("n-1/b:1"), 4);
        recipients.add(bytes("n-1/a:2"), 4);

        assertThat(recipients.count()).isEqualTo(2);
        assertThat(new String(recipients.joined(), StandardCharsets.US_ASCII)).isEqualTo("b:1,a:2");
    }

    @Test
    void thousandsOfIdsOfEveryLengthAreJoined() {
        Recipients recipients = new Recipients(bytes("n-1/"), 3);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String id = "s".repeat(1 + i * 7 % 400) + i;
            ids.add(id);
            recipients.add(bytes("n-1/" + id), 4);
        }

        assertThat(recipients.count()).isEqualTo(5_000);
        assertThat(new String(recipients.joined(), StandardCharsets.US_ASCII)).isEqualTo(String.join(",", ids));
    }

    @Test
    void anotherNotifiersSubscriberIsToldApart() {
        Recipients recipients = new Recipients(bytes("n-1/b"), 3);

        assertThat(recipients.areOf(bytes("n-1/a"), 3)).isTrue();
        assertThat(recipients.areOf(bytes("n-2/b"), 3)).isFalse();
        assertThat(recipients.areOf(bytes("n-10/b"), 4)).isFalse();
        assertThat(recipients.areOf(bytes("n-/1"), 2)).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
