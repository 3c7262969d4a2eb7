package dev.hopmeter.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcknowledgedPrefixTest {

    private final AcknowledgedPrefix<Integer> prefix = new AcknowledgedPrefix<>(4);

    @Test
    void nothingIsTakenBeforeTheFirstIsAcknowledged() throws InterruptedException {
        prefix.append(1);
        prefix.append(2).acknowledged();
        prefix.append(3).acknowledged();

        assertThat(prefix.take()).isEmpty();
        assertThat(prefix.unacknowledged()).isEqualTo(1);
    }

    @Test
    void acknowledgementsOutOfOrderAreTakenInOrderUpToTheGap() throws InterruptedException {
        var first = prefix.append(1);
        prefix.append(2).acknowledged();
        var third = prefix.append(3);
        prefix.append(4).acknowledged();

        first.acknowledged();
        assertThat(prefix.take()).containsExactly(1, 2);
        third.acknowledged();
        assertThat(prefix.take()).containsExactly(3, 4);
        assertThat(prefix.take()).isEmpty();
    }

    @Test
    void anyOrderOfAcknowledgementsTakesEveryElementOnceAndInOrder() throws InterruptedException {
        AcknowledgedPrefix<Integer> wide = new AcknowledgedPrefix<>(1_000);
        List<AcknowledgedPrefix<Integer>.Sent> sent = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            sent.add(wide.append(i));
            expected.add(i);
        }
        Collections.shuffle(sent, new Random(7));

        List<Integer> taken = new ArrayList<>();
        for (var one : sent) {
            one.acknowledged();
            one.acknowledged();
            taken.addAll(wide.take());
        }
        assertThat(taken).isEqualTo(expected);
        assertThat(wide.unacknowledged()).isZero();
    }

    @Test
    void aFullWindowWaitsForAnAcknowledgement() throws InterruptedException {
        var first = prefix.append(1);
        prefix.append(2);
        prefix.append(3);
        prefix.append(4);
        CompletableFuture<Void> fifth = CompletableFuture.runAsync(() -> append(5));
        await().pollDelay(100, TimeUnit.MILLISECONDS).until(() -> !fifth.isDone());

        first.acknowledged();
        await().until(fifth::isDone);
        assertThat(prefix.unacknowledged()).isEqualTo(4);
    }

    @Test
    void afterAFailureOnlyThePrefixBeforeItIsTaken() throws InterruptedException {
        prefix.append(1).acknowledged();
        var second = prefix.append(2);
        prefix.append(3).acknowledged();
        second.failed(new IllegalStateException("no broker"));

        assertThat(prefix.take()).containsExactly(1);
        assertThatThrownBy(prefix::take).isInstanceOf(SendFailedException.class).hasMessageContaining("no broker");
        assertThatThrownBy(() -> prefix.append(4)).isInstanceOf(SendFailedException.class);
    }

    @Test
    void aFailureWakesWhoWaitsForRoom() throws InterruptedException {
        var first = prefix.append(1);
        prefix.append(2);
        prefix.append(3);
        prefix.append(4);
        CompletableFuture<Void> fifth = CompletableFuture.runAsync(() -> append(5));
        await().pollDelay(100, TimeUnit.MILLISECONDS).until(() -> !fifth.isDone());

        first.failed(new IllegalStateException("no broker"));
        await().until(fifth::isCompletedExceptionally);
    }

    @Test
    void emptyMeansAcknowledgedAndTaken() throws InterruptedException {
        prefix.append(1).acknowledged();

        assertThat(prefix.awaitAcknowledged(0)).isTrue();
        assertThat(prefix.awaitEmpty(TimeUnit.MILLISECONDS.toNanos(1))).isFalse();
        assertThat(prefix.take()).containsExactly(1);
        assertThat(prefix.awaitEmpty(0)).isTrue();
    }

    private void append(int element) {
        try {
            prefix.append(element);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
