package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarperHomeTest {

    @Test
    void aFolderWithoutHarperIsRefusedWithTheWayToGetIt(@TempDir Path folder) {
        assertThatThrownBy(() -> HarperHome.in(folder))
                .isInstanceOf(StackException.class)
                .hasMessageContainingAll(folder.toString(), "npm install harperdb", "licence", "Node.js 20")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aNodeOfBeforeTwentyIsRefused() {
        assertThatThrownBy(() -> HarperHome.checkNode("v18.20.4"))
                .isInstanceOf(StackException.class)
                .hasMessageContainingAll("20 or newer", "v18.20.4");
        assertThatThrownBy(() -> HarperHome.checkNode("no node"))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("no node");
        assertThatCode(() -> HarperHome.checkNode("v20.0.0")).doesNotThrowAnyException();
        assertThatCode(() -> HarperHome.checkNode("v100.1.2")).doesNotThrowAnyException();
    }

    @Test
    void aSettingIsPutWhereItsDotsLead() {
        Map<String, Object> configuration = new TreeMap<>();

        HarperStack.put(configuration, "threads.count", "1");
        HarperStack.put(configuration, "threads.debug", "false");
        HarperStack.put(configuration, "http.port", "127.0.0.1:9926");
        HarperStack.put(configuration, "http.securePort", null);

        assertThat(HarperStack.json(configuration))
                .isEqualTo("{\"http\":{\"port\":\"127.0.0.1:9926\",\"securePort\":null},"
                        + "\"threads\":{\"count\":1,\"debug\":false}}");
        assertThatThrownBy(() -> HarperStack.put(configuration, "http.port.number", "1"))
                .isInstanceOf(StackException.class);
    }
}
