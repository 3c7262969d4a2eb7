package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketsTest {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final NotifierDouble notifier = new NotifierDouble();
    private final Sockets sockets = new Sockets(Duration.ofSeconds(2), Duration.ofMillis(200));

    SocketsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        sockets.close();
        notifier.close();
    }

    @Test
    void aHandshakeThatIsNotAnsweredInTimeIsGivenUpWithItsConnection() throws IOException {
        assertThatThrownBy(() -> sockets.attach(0, at("/never-answer"), new Telling(), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not accepted within 2s");
        notifier.awaitEnd("never-answer");
        assertThat(told).isEmpty();
    }

    @Test
    void aSocketWhoseCloseNobodyAnswersIsCutOff() throws Exception {
        sockets.attach(0, at("/silent"), new Telling(), false);
        sockets.detach(0);
        notifier.awaitEnd("silent");
        assertThat(told).isEmpty();
    }

    @Test
    void aSocketThatComesBackIsOpenedAgainUntilItIsLetIn() throws Exception {
        sockets.attach(3, at("/watching"), new Telling(), true);
        for (int end = 1; end <= 2; end++) {
            int ends = end;
            notifier.refuseNext(2);
            notifier.drop("watching");
            await().untilAsserted(() -> assertThat(told).hasSize(2 * ends));
        }

        notifier.send("watching", "{}");
        await().untilAsserted(() -> assertThat(told)
                .containsExactly("disconnected 3", "reconnected 3", "disconnected 3", "reconnected 3", "delivered 3"));
        assertThat(notifier.requests()).hasSize(1 + 2 * 3);
    }

    @Test
    void aSocketThatIsDetachedWhileItIsAwayStaysAway() throws Exception {
        sockets.attach(3, at("/watching"), new Telling(), true);
        notifier.refuseNext(Integer.MAX_VALUE);
        notifier.drop("watching");
        await().until(() -> notifier.requests().size() > 1);

        sockets.detach(3);
        notifier.refuseNext(0);
        sockets.attach(4, at("/other"), new Telling(), true);
        notifier.drop("other");
        await().until(() -> told.contains("reconnected 4"));
        assertThat(told).containsExactly("disconnected 3", "disconnected 4", "reconnected 4");
    }

    private URI at(String path) {
        return notifier.address().resolve(path);
    }

    private final class Telling implements Receiver {

        @Override
        public void delivered(int subscriber, CharSequence frame) {
            told.add("delivered " + subscriber);
        }

        @Override
        public void returned(int number, Trail trail, Reply reply) {}

        @Override
        public void acknowledged(int number) {}

        @Override
        public void refused(int number, int status, String body) {}

        @Override
        public void unanswered(int number, String why) {}

        @Override
        public void disconnected(int subscriber, String why) {
            told.add("disconnected " + subscriber);
        }

        @Override
        public void reconnected(int subscriber) {
            told.add("reconnected " + subscriber);
        }
    }
}
