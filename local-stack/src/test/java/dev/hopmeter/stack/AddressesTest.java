package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AddressesTest {

    @Test
    @Timeout(30)
    void aDatabaseThatIsThereAndDoesNotAnswerIsGivenUp() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "jdbc:postgresql://127.0.0.1:" + mute.getLocalPort() + "/hopmeter";

            assertThatThrownBy(() -> new Addresses.Database(url, "somebody", "x").connect(Duration.ofSeconds(1)))
                    .isInstanceOf(SQLException.class);
        }
    }
}
