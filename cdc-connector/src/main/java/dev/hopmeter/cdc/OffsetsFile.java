package dev.hopmeter.cdc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The connector's position on disk: a line for each Debezium partition, its key and its offset as JSON with a tab between
 * them. It is replaced whole and flushed to the disk, so that a reader finds the old or the new one and never a part.
 */
final class OffsetsFile {

    private static final String[] LSN_FIELDS = {"lsn", "lsn_proc", "lsn_commit"};

    private final JsonMapper mapper = new JsonMapper();
    private final Path file;

    OffsetsFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * The position that the file holds, if there is one.
     *
     * @throws OffsetsUnreadableException if there is a file that cannot be read or is not of this form
     */
    Optional<StoredPosition> position() {
        Optional<StoredPosition> farthest = Optional.empty();
        for (String offset : read().values()) {
            StoredPosition position = position(offset);
            if (farthest.isEmpty()
                    || Long.compareUnsigned(position.lsn(), farthest.get().lsn()) > 0) {
                farthest = Optional.of(position);
            }
        }
        return farthest;
    }

    /**
     * The lines of the file, key to offset; empty if there is no file.
     *
     * @throws OffsetsUnreadableException if there is a file that cannot be read or is not of this form
     */
    Map<String, String> read() {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int tab = line.indexOf('\t');
                if (tab < 0) {
                    throw new OffsetsUnreadableException(file + " holds a line that is no offset", null);
                }
                lines.put(line.substring(0, tab), line.substring(tab + 1));
            }
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            throw new OffsetsUnreadableException(file + " cannot be read: " + e, e);
        }
        return lines;
    }

    /** Replaces the file; when this returns the lines are on the disk. */
    void write(Map<String, String> lines) throws IOException {
        byte[] text = lines.entrySet().stream()
                .map(line -> line.getKey() + '\t' + line.getValue() + '\n')
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        createFolder();
        Path next = sibling(".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        flushFolder();
    }

    /** Forgets the position; what follows is a first start. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
        flushFolder();
    }

    /** Whether the table has to be read again from its start, as {@link #demandSnapshot} noted. */
    boolean snapshotDemanded() {
        return Files.exists(sibling(".snapshot-demanded"));
    }

    /** Notes on the disk, before anything is dropped, that the table has to be read again from its start. */
    void demandSnapshot() throws IOException {
        createFolder();
        Path note = sibling(".snapshot-demanded");
        if (!Files.exists(note)) {
            Files.createFile(note);
        }
        flushFolder();
    }

    /** Takes the note away, once the table has been read. */
    void snapshotDone() throws IOException {
        Files.deleteIfExists(sibling(".snapshot-demanded"));
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private StoredPosition position(String offset) {
        JsonNode node;
        try {
            node = mapper.readTree(offset);
        } catch (JacksonException e) {
            throw new OffsetsUnreadableException(file + " holds an offset that is not JSON", e);
        }
        Long farthest = null;
        for (String field : LSN_FIELDS) {
            if (node.path(field).isIntegralNumber()) {
                long lsn = node.path(field).longValue();
                farthest = farthest == null || Long.compareUnsigned(lsn, farthest) > 0 ? Long.valueOf(lsn) : farthest;
            }
        }
        if (farthest == null) {
            throw new OffsetsUnreadableException(file + " holds an offset without a place in the log", null);
        }
        boolean snapshot = node.hasNonNull("snapshot");
        return new StoredPosition(
                farthest, snapshot && !node.path("snapshot_completed").booleanValue(false));
    }

    private Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private void createFolder() throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }

    private void flushFolder() throws IOException {
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Not every system can open a folder; the file itself is flushed.
        }
    }
}
