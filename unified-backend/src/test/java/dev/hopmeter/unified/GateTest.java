package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {

    private static final Duration SHORT = Duration.ofMillis(1);

    private final List<Long> passed = Collections.synchronizedList(new ArrayList<>());
    private final Gate gate = new Gate(transaction -> passed.add(transaction.end()), false, 3);

    @Test
    void whatIsReadWaitsForTheAnswerToItsCommit() {
        gate.read(transaction(7, 100));
        assertThat(passed).isEmpty();
        assertThat(gate.isIdle()).isFalse();

        gate.confirmed(7);

        assertThat(passed).containsExactly(100L);
        assertThat(gate.isIdle()).isTrue();
    }

    @Test
    void anAnswerThatComesBeforeItsTransactionLetsItThroughAtOnce() {
        gate.confirmed((5L << 32) + 7);
        gate.read(transaction(6, 90));

        gate.read(transaction(7, 100));

        assertThat(passed).containsExactly(90L, 100L);
    }

    @Test
    void anAnswerLetsEverythingBeforeItThroughAndNothingAfterIt() {
        gate.read(transaction(1, 10));
        gate.read(transaction(2, 20));
        gate.read(transaction(3, 30));

        gate.confirmed(2);

        assertThat(passed).containsExactly(10L, 20L);
        assertThat(gate.size()).isEqualTo(1);
    }

    @Test
    void aPositionThatAStandbyHasFlushedLetsThroughWhatEndsThere() {
        gate.read(transaction(1, 10));
        gate.read(transaction(2, 20));

        gate.confirmedThrough(19);
        assertThat(passed).containsExactly(10L);

        gate.confirmedThrough(20);
        assertThat(passed).containsExactly(10L, 20L);
    }

    @Test
    void anOpenGateLetsEverythingThrough() {
        Gate open = new Gate(transaction -> passed.add(transaction.end()), true, 3);

        open.read(transaction(1, 10));
        open.confirmed(1);

        assertThat(passed).containsExactly(10L);
        assertThat(open.isWaitedFor()).isFalse();
    }

    @Test
    void whatIsCommittedAndNotReadIsWaitedForAlsoAtAnOpenGate() {
        Gate open = new Gate(transaction -> passed.add(transaction.end()), true, 3);

        open.confirmed(1);
        assertThat(open.isWaitedFor()).isTrue();

        open.read(transaction(1, 10));
        assertThat(open.isWaitedFor()).isFalse();
        assertThat(passed).containsExactly(10L);
    }

    @Test
    void whatIsReadAgainIsLetThroughOnce() {
        gate.startFrom(10);
        gate.read(transaction(1, 10));
        gate.read(transaction(2, 20));
        gate.read(transaction(3, 30));
        gate.confirmed(2);

        assertThat(gate.restart()).isEqualTo(20);
        gate.read(transaction(2, 20));
        gate.read(transaction(4, 40));
        gate.confirmedThrough(40);

        assertThat(passed).containsExactly(20L, 40L);
    }

    @Test
    void whatWasKnownOfTheCopiesOfAnotherLogOpensNothing() {
        gate.read(transaction(1, 10));
        gate.confirmedThrough(30);
        gate.restart();

        gate.read(transaction(2, 20));

        assertThat(passed).containsExactly(10L);
        gate.confirmedThrough(20);
        assertThat(passed).containsExactly(10L, 20L);
    }

    @Test
    void anAnswerThatOnlyComesWhenTheLogIsReadAnewIsNotWaitedFor() {
        gate.read(transaction(1, 10));
        gate.confirmedThrough(10);
        gate.restart();

        gate.confirmed(1);

        assertThat(gate.isWaitedFor()).isFalse();
        assertThat(passed).containsExactly(10L);
    }

    @Test
    void theGateIsFullByTheBytesThatWaitAndEmptyWhenTheyAreForgotten() throws Exception {
        Transaction large = transaction(1, 10);
        large.readFrom(2);

        gate.read(large);

        assertThat(gate.awaitRoom(SHORT)).isFalse();
        gate.restart();
        assertThat(gate.awaitRoom(SHORT)).isTrue();
    }

    @Test
    void aFullGateHasTheReaderWaitUntilSomethingIsLetThrough() throws Exception {
        for (int i = 1; i <= 3; i++) {
            gate.read(transaction(i, i));
        }
        assertThat(gate.awaitRoom(SHORT)).isFalse();
        CompletableFuture<Boolean> room = CompletableFuture.supplyAsync(() -> {
            try {
                return gate.awaitRoom(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        gate.confirmed(1);

        assertThat(room.get()).isTrue();
    }

    @Test
    void somebodyWhoAsksIsCalledOnceSomethingWaitsForLongAndNotBefore() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> asking = threads.submit(() -> {
                gate.awaitNeed(Duration.ofMillis(20));
                called.countDown();
                return null;
            });
            gate.confirmed(1);
            gate.read(transaction(1, 10));
            assertThat(called.getCount()).isEqualTo(1);

            gate.read(transaction(2, 20));

            asking.get();
        }
    }

    @Test
    void anAnswerWhoseTransactionIsNotReadIsWaitedForAndOneThatCameTooLateIsNot() throws Exception {
        gate.read(transaction(1, 10));
        gate.read(transaction(2, 20));
        gate.confirmed(2);
        gate.confirmed(1);
        assertThat(gate.isWaitedFor()).isFalse();

        gate.confirmed(3);

        assertThat(gate.isWaitedFor()).isTrue();
        gate.awaitNeed(SHORT);
        gate.read(transaction(3, 30));
        assertThat(gate.isWaitedFor()).isFalse();
        assertThat(passed).containsExactly(10L, 20L, 30L);
        assertThat(gate.lastRead()).isEqualTo(30);
    }

    @Test
    void whoBringsKnowledgeDoesNotWaitForTheOneWhoLetsThrough() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Gate slow = new Gate(
                transaction -> {
                    entered.countDown();
                    try {
                        leave.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    passed.add(transaction.end());
                },
                false,
                10);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            slow.read(transaction(1, 10));
            slow.read(transaction(2, 20));
            Future<?> first = threads.submit(() -> slow.confirmed(1));
            entered.await();

            slow.confirmed(2);

            assertThat(passed).isEmpty();
            assertThat(slow.isIdle()).isFalse();
            leave.countDown();
            first.get();
        }
        await().untilAsserted(() -> assertThat(passed).containsExactly(10L, 20L));
    }

    private static Transaction transaction(int xid, long end) {
        Transaction transaction = new Transaction(xid, 0);
        transaction.readFrom(1);
        transaction.endsAt(end);
        return transaction;
    }
}
