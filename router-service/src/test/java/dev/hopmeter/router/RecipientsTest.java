package dev.hopmeter.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecipientsTest {

    @Test
    void idsAreJoinedByCommasInTheOrderTheyCame() {
        Recipients recipients = new Recipients();

        recipients.add("n-1/b", 4);
        recipients.add("n-1/a", 4);

        assertThat(recipients.count()).isEqualTo(2);
        assertThat(new String(recipients.joined(), StandardCharsets.US_ASCII)).isEqualTo("b,a");
    }
}
