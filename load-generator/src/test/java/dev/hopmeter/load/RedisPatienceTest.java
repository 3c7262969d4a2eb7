package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RedisPatienceTest {

    @Test
    @Timeout(30)
    void aRedisThatIsThereAndDoesNotAnswerIsGivenUp() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RedisClient client =
                        RedisPatience.client("redis://:x@127.0.0.1:" + mute.getLocalPort(), Duration.ofMillis(300))) {
            assertThatThrownBy(client::connect).isInstanceOf(RedisException.class);
        }
    }
}
