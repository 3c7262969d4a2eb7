package dev.hopmeter.cdc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;

/**
 * The engine's offset store over an {@link OffsetsFile}. Made by the engine from its class name, hence public; Kafka's own
 * file store overwrites its file in place, so that a kill in the middle leaves no position at all.
 */
public final class EngineOffsets extends MemoryOffsetBackingStore {

    /** The engine's setting that names the file. */
    static final String FILE = "offset.storage.file.filename";

    private OffsetsFile file = new OffsetsFile(Path.of("unset"));

    @Override
    public void configure(WorkerConfig config) {
        file = new OffsetsFile(Path.of(config.originalsStrings().get(FILE)));
    }

    @Override
    public void start() {
        super.start();
        data = new HashMap<>();
        file.read().forEach((key, offset) -> data.put(bytes(key), bytes(offset)));
    }

    @Override
    protected void save() {
        Map<String, String> lines = new LinkedHashMap<>();
        data.forEach((key, offset) -> {
            if (offset != null) {
                lines.put(text(key), text(offset));
            }
        });
        try {
            file.write(lines);
        } catch (IOException e) {
            throw new ConnectException("the position cannot be stored in " + file, e);
        }
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
