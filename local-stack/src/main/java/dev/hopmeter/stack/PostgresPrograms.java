package dev.hopmeter.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Postgres's programs in a folder of the stack, run as somebody whom Postgres accepts, who owns that folder. */
final class PostgresPrograms {

    /** Of every server that is made here; it may do everything there. */
    static final String USER = "hopmeter";

    static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final StackFolder folder;
    private final Path home;
    private final Unprivileged user;

    private PostgresPrograms(StackFolder folder, Path home) {
        this.folder = folder;
        this.home = home;
        this.user = Unprivileged.in(home);
    }

    /** Unpacks them into a folder of that name, which takes about a second. */
    static PostgresPrograms unpackedInto(StackFolder folder, String name) {
        PostgresPrograms programs = new PostgresPrograms(folder, folder.folder(name));
        programs.unpack();
        programs.user.own(programs.home, folder.path());
        return programs;
    }

    /** Where the databases of that name are, or will be. */
    Path database(String name) {
        return home.resolve(name);
    }

    /** As the other, with no settings. */
    void initialize(Path database, String password) {
        initialize(database, password, Map.of());
    }

    /**
     * Makes the databases of a server that was never started; {@link #USER} has that password.
     *
     * @param settings that they are made with already
     */
    void initialize(Path database, String password, Map<String, String> settings) {
        Path passwordFile = home.resolve("password");
        Secret.write(passwordFile, password);
        user.own(home, folder.path());
        // Not synchronized: what initdb writes is worth nothing if the machine fails now. The server itself flushes.
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/initdb").toString(),
                "--pgdata=" + database,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions"));
        settings.forEach((key, value) -> command.add("--set=" + key + "=" + value));
        run("initdb", command);
        try {
            Files.delete(passwordFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the databases of a server that does not run; {@code pg_basebackup} is not among the programs. */
    void copy(Path database, Path target) {
        run("copy", List.of("cp", "-R", database.toString(), target.toString()));
    }

    /** Makes an empty file that belongs to who runs the programs. */
    void touch(Path file) {
        run("touch", List.of("touch", file.toString()));
    }

    /**
     * Runs {@code pg_ctl}.
     *
     * @param name of the log
     */
    void control(String name, Path database, List<String> words) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/pg_ctl").toString(), "--pgdata=" + database, "--silent"));
        command.addAll(words);
        run(name, command);
    }

    private void run(String name, List<String> command) {
        folder.run(name, user.command(command), home, START_LIMIT.plusSeconds(5));
    }

    private void unpack() {
        String archive = Machine.here().postgresArchive();
        try (InputStream packed = PostgresPrograms.class.getClassLoader().getResourceAsStream(archive)) {
            if (packed == null) {
                throw new StackException(archive + " is not on the class path: this was built for another system");
            }
            try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    TarArchiveEntry next = entry;
                    folder.whileOpen(() -> unpack(next, tar));
                }
            }
        } catch (IOException e) {
            throw new StackException("cannot unpack Postgres into " + home + ": " + e.getMessage(), e);
        }
    }

    private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
        Path target = home.resolve(entry.getName()).normalize();
        if (!target.startsWith(home)) {
            throw new IOException("an entry leads out of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
            Files.createDirectories(target.getParent());
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (!entry.getName().endsWith(".a")) {
            Files.createDirectories(target.getParent());
            Files.copy(content, target);
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
