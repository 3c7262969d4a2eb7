package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    private final Sockets sockets = new Sockets(Duration.ofMillis(300), Duration.ofMillis(200));

    SocketsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        sockets.close();
        notifier.close();
    }

    @Test
    void aHandshakeThatIsNotAnsweredInTimeIsGivenUpWithItsConnection() throws IOException {
        assertThatThrownBy(() -> sockets.attach(0, at("/never-answer"), new Telling()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not accepted within 300ms");
        notifier.awaitEnd("never-answer");
        assertThat(told).isEmpty();
    }

    @Test
    void aSocketWhoseCloseNobodyAnswersIsCutOff() throws Exception {
        sockets.attach(0, at("/silent"), new Telling());
        sockets.detach(0);
        notifier.awaitEnd("silent");
        assertThat(told).isEmpty();
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
    }
}
