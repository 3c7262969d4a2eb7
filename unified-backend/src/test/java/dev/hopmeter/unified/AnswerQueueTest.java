package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerQueueTest {

    private final List<String> sent = new ArrayList<>();
    private final List<SendHandler> unended = new ArrayList<>();
    private int written;
    private int broken;
    /** How many of the first writes do not end at once. */
    private int slow;

    private final AnswerQueue answers = new AnswerQueue(remote(), () -> written++, () -> broken++);

    @Test
    void anAnswerIsWrittenOnceTheOneBeforeItIs() {
        slow = 2;
        answers.add("a");
        answers.add("b");
        answers.add("c");
        assertThat(sent).containsExactly("a");

        unended.removeFirst().onResult(new SendResult());
        assertThat(sent).containsExactly("a", "b");
        unended.removeFirst().onResult(new SendResult());

        assertThat(sent).containsExactly("a", "b", "c");
        assertThat(written).isEqualTo(3);
        answers.add("d");
        assertThat(sent).endsWith("d");
    }

    @Test
    void asManyAsWaitedForASlowReaderAreWrittenWithoutFillingTheStack() {
        slow = 1;
        List<String> many =
                IntStream.range(0, 100_000).mapToObj(Integer::toString).toList();
        many.forEach(answers::add);

        unended.removeFirst().onResult(new SendResult());

        assertThat(sent).isEqualTo(many);
        assertThat(written).isEqualTo(many.size());
    }

    @Test
    void nothingIsWrittenAfterOneThatBroke() {
        slow = 1;
        answers.add("a");
        answers.add("b");

        unended.removeFirst().onResult(new SendResult(new IllegalStateException("closed")));

        assertThat(sent).containsExactly("a");
        assertThat(broken).isEqualTo(1);
        assertThat(written).isZero();
    }

    private RemoteEndpoint.Async remote() {
        return (RemoteEndpoint.Async) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RemoteEndpoint.Async.class},
                (proxy, method, arguments) -> {
                    sent.add((String) arguments[0]);
                    SendHandler handler = (SendHandler) arguments[1];
                    if (sent.size() <= slow) {
                        unended.add(handler);
                    } else {
                        handler.onResult(new SendResult());
                    }
                    return null;
                });
    }
}
