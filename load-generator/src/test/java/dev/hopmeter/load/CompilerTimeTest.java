package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CompilerTimeTest {

    private static final long SECOND = 1_000_000_000L;

    private final CompilerTime time = new CompilerTime(List.of());

    @Test
    void compilersAreBusyUntilTheyHaveTakenLittleForFiveSeconds() {
        long spent = 0;
        for (int second = 0; second <= 20; second++) {
            assertThat(time.isBusy(second * SECOND, spent)).as("%d s", second).isTrue();
            spent += SECOND / 2;
        }
        spent -= SECOND / 2;
        for (int second = 21; second <= 23; second++) {
            assertThat(time.isBusy(second * SECOND, spent)).as("%d s", second).isTrue();
        }
        for (int second = 24; second <= 30; second++) {
            assertThat(time.isBusy(second * SECOND, spent)).as("%d s", second).isFalse();
        }
    }

    @Test
    void theTimeOfThisJvmsCompilersIsRead() {
        CompilerTime own = new CompilerTime(List.of(ProcessHandle.current().pid()));

        assertThat(own.isBusy(0)).isTrue();
        assertThat(own.isBusy(1_000_000 * SECOND)).isFalse();
    }
}
