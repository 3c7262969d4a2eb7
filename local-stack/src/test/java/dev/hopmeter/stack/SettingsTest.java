package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void whatTheStackDecidesCannotBeSet() {
        assertThatThrownBy(() -> Settings.check("postgres", Map.of("fsync", "off"), Set.of("fsync")))
                .isInstanceOf(StackException.class)
                .hasMessage("postgres: fsync is decided by the local stack and cannot be set");
    }

    @Test
    void aValueThatWouldStartAnotherLineIsRefused() {
        assertThatThrownBy(() -> Settings.check("redis", Map.of("hz", "10\nrequirepass x"), Set.of()))
                .isInstanceOf(StackException.class);
        assertThatThrownBy(() -> Settings.check("redis", Map.of("hz 10", ""), Set.of()))
                .isInstanceOf(StackException.class);
    }

    @Test
    void anOrdinarySettingPasses() {
        assertThatCode(() -> Settings.check("broker", Map.of("num.io.threads", "4"), Set.of("log.dirs")))
                .doesNotThrowAnyException();
    }
}
