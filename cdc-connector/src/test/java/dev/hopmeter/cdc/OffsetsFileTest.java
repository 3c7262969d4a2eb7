package dev.hopmeter.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetsFileTest {

    private static final String KEY = "[\"hopmeter\",{\"server\":\"hopmeter\"}]";

    @TempDir
    private Path folder = Path.of("");

    private Path path = Path.of("");
    private OffsetsFile offsets = new OffsetsFile(path);

    @BeforeEach
    void newFile() {
        path = folder.resolve("sub").resolve("offsets");
        offsets = new OffsetsFile(path);
    }

    @Test
    void withoutAFileThereIsNoPosition() {
        assertThat(offsets.position()).isEmpty();
        assertThat(offsets.snapshotDemanded()).isFalse();
    }

    @Test
    void thePositionIsTheFarthestPlaceThatTheOffsetNames() throws IOException {
        Map<String, String> lines = Map.of(KEY, "{\"lsn_proc\":90,\"lsn\":95,\"lsn_commit\":80,\"txId\":9999}");
        offsets.write(lines);

        assertThat(offsets.read()).isEqualTo(lines);
        assertThat(offsets.position()).contains(new StoredPosition(95, false));
    }

    @Test
    void aSnapshotUnderWayIsToldFromOneThatEnded() throws IOException {
        offsets.write(Map.of(KEY, "{\"lsn\":5,\"snapshot\":\"INITIAL\",\"snapshot_completed\":false}"));
        assertThat(offsets.position()).contains(new StoredPosition(5, true));

        offsets.write(Map.of(KEY, "{\"lsn\":5,\"snapshot\":\"INITIAL\",\"snapshot_completed\":true}"));
        assertThat(offsets.position()).contains(new StoredPosition(5, false));
    }

    @Test
    void rubbishIsNoPositionButAnError() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        for (String rubbish : new String[] {"rubbish", KEY + "\t{\"lsn\":", KEY + "\t{}"}) {
            Files.writeString(path, rubbish);
            assertThatThrownBy(offsets::position).isInstanceOf(OffsetsUnreadableException.class);
        }
    }

    @Test
    void theDemandForASnapshotOutlivesThePosition() throws IOException {
        offsets.write(Map.of(KEY, "{\"lsn\":5}"));
        offsets.demandSnapshot();
        offsets.demandSnapshot();
        offsets.delete();

        OffsetsFile later = new OffsetsFile(path);
        assertThat(later.position()).isEmpty();
        assertThat(later.snapshotDemanded()).isTrue();
        later.snapshotDone();
        assertThat(offsets.snapshotDemanded()).isFalse();
    }
}
