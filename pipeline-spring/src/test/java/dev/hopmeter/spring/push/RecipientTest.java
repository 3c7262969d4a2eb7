package dev.hopmeter.spring.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecipientTest {

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Named recipient = new Named();

    @Test
    void oneThatIsNotConnectedInTimeIsToldOfAndCannotConnectAnyMore() throws Exception {
        CountDownLatch late = new CountDownLatch(1);

        recipient.unlessOpenedWithin(SHORT, late::countDown);

        assertThat(late.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(recipient.opens()).isFalse();
    }

    @Test
    void oneThatIsConnectedIsNotLate() throws Exception {
        CountDownLatch late = new CountDownLatch(1);

        assertThat(recipient.opens()).isTrue();
        recipient.unlessOpenedWithin(SHORT, late::countDown);

        assertThat(late.await(50, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void itLeavesOnceAndCannotConnectAfterwards() {
        assertThat(recipient.leaves()).isTrue();
        assertThat(recipient.leaves()).isFalse();
        assertThat(recipient.opens()).isFalse();
    }

    @Test
    void theEndOfAllIsAwaitedButForThoseThatNeverConnected() {
        Named neverThere = new Named();
        assertThat(neverThere.leaves()).isTrue();
        assertThat(recipient.opens()).isTrue();
        Thread.ofVirtual().start(recipient::ends);

        assertTimeout(LONG.dividedBy(2), () -> Recipient.awaitEnd(List.of(recipient, neverThere), LONG));
    }

    @Test
    void oneThatWasTakenAwayAsLateIsNotAwaited() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        recipient.unlessOpenedWithin(SHORT, () -> {
            assertThat(recipient.leaves()).isTrue();
            late.countDown();
        });
        assertThat(late.await(20, TimeUnit.SECONDS)).isTrue();

        assertTimeout(LONG.dividedBy(2), () -> Recipient.awaitEnd(List.of(recipient), LONG));
    }

    @Test
    void oneThatDoesNotReadIsNotAwaitedForLongerThanTold() {
        assertThat(recipient.opens()).isTrue();
        assertThat(recipient.leaves()).isTrue();

        assertTimeout(LONG, () -> Recipient.awaitEnd(List.of(recipient), SHORT));
    }

    @Test
    void onePongIsOwedAtATime() {
        assertThat(recipient.pinged()).isTrue();
        assertThat(recipient.pinged()).isFalse();
        recipient.answered();
        assertThat(recipient.pinged()).isTrue();
    }

    private static final class Named extends Recipient<String> {

        @Override
        public PushQueue<String> queue() {
            throw new UnsupportedOperationException("nothing waits");
        }

        @Override
        public String toString() {
            return "named";
        }
    }
}
