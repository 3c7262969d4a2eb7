package dev.hopmeter.spring.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.spring.push.FrameQueue.Next;
import dev.hopmeter.spring.push.FrameQueue.Offer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FrameQueueTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final FrameQueue queue = new FrameQueue(3);

    @Test
    void deliveriesComeOutInTheOrderTheyWentIn() throws Exception {
        assertThat(queue.offer(delivery(1))).isEqualTo(Offer.ACCEPTED);
        assertThat(queue.offer(delivery(2))).isEqualTo(Offer.ACCEPTED);

        assertThat(queue.take(LONG)).isEqualTo(new Next(delivery(1), 0));
        assertThat(queue.take(LONG)).isEqualTo(new Next(delivery(2), 0));
    }

    @Test
    void aFullQueueLetsTheOldestGoAndTellsHowManyBeforeTheNext() throws Exception {
        for (int i = 1; i <= 3; i++) {
            assertThat(queue.offer(delivery(i))).isEqualTo(Offer.ACCEPTED);
        }
        assertThat(queue.offer(delivery(4))).isEqualTo(Offer.DISPLACED);
        assertThat(queue.offer(delivery(5))).isEqualTo(Offer.DISPLACED);

        assertThat(queue.take(LONG)).isEqualTo(new Next(delivery(3), 2));
        assertThat(queue.take(LONG)).isEqualTo(new Next(delivery(4), 0));
        assertThat(queue.take(LONG)).isEqualTo(new Next(delivery(5), 0));
    }

    @Test
    void whoTakesWaitsUntilSomethingIsOffered() throws Exception {
        CompletableFuture<Next> taken = new CompletableFuture<>();
        Thread taker = startTaking(taken);
        assertThat(taker.join(Duration.ofMillis(50))).isFalse();

        queue.offer(delivery(1));

        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(new Next(delivery(1), 0));
    }

    @Test
    void whoTakesWaitsNoLongerThanItIsTold() throws Exception {
        assertThat(queue.take(Duration.ofMillis(1))).isNull();
        assertThat(queue.isDrained()).isFalse();
    }

    @Test
    void closingEndsTheWaitAndRefusesWhatIsOffered() throws Exception {
        CompletableFuture<Next> taken = new CompletableFuture<>();
        startTaking(taken);

        assertThat(queue.close()).isZero();

        assertThat(taken.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(queue.offer(delivery(1))).isEqualTo(Offer.REFUSED);
    }

    @Test
    void closingTellsHowManyWereStillWaiting() throws Exception {
        queue.offer(delivery(1));
        queue.offer(delivery(2));

        assertThat(queue.close()).isEqualTo(2);
        assertThat(queue.isDrained()).isTrue();
        assertThat(queue.close()).isZero();
        assertThat(queue.take(LONG)).isNull();
    }

    private Thread startTaking(CompletableFuture<Next> taken) {
        return Thread.ofVirtual().start(() -> {
            try {
                taken.complete(queue.take(LONG));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
    }

    private static Delivery delivery(int number) {
        return new Delivery(null, Integer.toString(number));
    }
}
