package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Filter;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class GuestsTest {

    private final Mix mix = new MessageMix("run", 1, 10, 0.5);

    @Test
    void onlyWhatIsSentDuringAStayIsDue() {
        Guests.Visit visit = new Guests.Visit(Filter.ALL);
        visit.sent(mix.event(1));
        visit.welcome();
        visit.sent(mix.event(2));
        Set<Integer> due = visit.leave();
        visit.sent(mix.event(3));
        assertThat(due).containsExactly(2);
        assertThat(visit.leave()).containsExactly(2);
    }

    @Test
    void nothingBecomesDueOnceAGuestHasBegunToLeave() throws Exception {
        try (ExecutorService sender = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < 300; round++) {
                Guests.Visit visit = new Guests.Visit(Filter.ALL);
                visit.welcome();
                CountDownLatch sending = new CountDownLatch(1);
                Future<?> sent = sender.submit(() -> {
                    for (int number = 0; number < 20; number++) {
                        visit.sent(mix.event(number));
                        sending.countDown();
                    }
                });
                sending.await();
                Set<Integer> due = visit.leave();
                sent.get();
                assertThat(visit.leave()).isEqualTo(due);
            }
        }
    }
}
