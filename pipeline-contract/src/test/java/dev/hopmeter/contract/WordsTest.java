package dev.hopmeter.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    @Test
    void everyWordIsTheOneThatTheDocumentsUse() {
        assertThat(Backend.words()).containsExactly("conventional", "unified", "harper", "in-memory");
        assertThat(Workload.words())
                .containsExactly("journey", "write-notify", "fan-out", "freshness", "point-query", "ingest");
        assertThat(WindowSize.words()).containsExactly("10s", "1m");
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void aBackendIsFoundByItsWord(Backend backend) {
        assertThat(Backend.of(backend.word())).contains(backend);
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void aWorkloadIsFoundByItsWord(Workload workload) {
        assertThat(Workload.of(workload.word())).contains(workload);
    }

    @ParameterizedTest
    @EnumSource(Stamp.class)
    void aStampIsFoundByItsWord(Stamp stamp) {
        assertThat(Stamp.of(stamp.word())).contains(stamp);
        assertThat(stamp.word()).matches("[a-z]+");
    }

    @ParameterizedTest
    @EnumSource(WindowSize.class)
    void aWindowSizeIsFoundByItsWord(WindowSize size) {
        assertThat(WindowSize.of(size.word())).contains(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "JOURNEY", "WRITE_NOTIFY", "write_notify", "Conventional", "in_memory", "60s"})
    void anotherWordIsNothing(String word) {
        assertThat(Backend.of(word)).isEmpty();
        assertThat(Workload.of(word)).isEmpty();
        assertThat(Stamp.of(word)).isEmpty();
        assertThat(WindowSize.of(word)).isEmpty();
    }
}
