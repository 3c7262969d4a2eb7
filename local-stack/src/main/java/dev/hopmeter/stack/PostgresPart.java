package dev.hopmeter.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A real Postgres that flushes to disk before it answers a commit: that is asserted after each start. It listens on
 * loopback only, asks for a password, and has the database {@code hopmeter}.
 */
public final class PostgresPart {

    private static final String NAME = "postgres";
    private static final String USER = "hopmeter";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;
    private static final Set<String> OURS = Set.of(
            "data_directory", "fsync", "hba_file", "ident_file", "listen_addresses", "port", "unix_socket_directories");

    private final StackFolder folder;
    private final Map<String, String> settings;
    private final String password = Secret.create();
    private final Path home;
    private final Path database;
    private final Unprivileged user;
    private int port;
    private volatile @Nullable Child server;

    private PostgresPart(StackFolder folder, Map<String, String> settings) {
        this.folder = folder;
        this.settings = Map.copyOf(settings);
        this.home = folder.folder(NAME);
        this.database = home.resolve("database");
        this.user = Unprivileged.in(home);
        this.port = folder.ports().next();
    }

    /**
     * Unpacks, initializes and starts it, which takes seconds; the folder stops it.
     *
     * @param settings lines of {@code postgresql.conf} that differ from what Postgres documents as its default
     * @throws StackException if it cannot start, or runs with other durability than it should
     */
    public static PostgresPart start(StackFolder folder, Map<String, String> settings) {
        Settings.check(NAME, settings, OURS);
        PostgresPart part = new PostgresPart(folder, settings);
        part.initialize();
        folder.announce(part.pidFile(), "QUIT");
        folder.stopsWith(part::discard);
        part.startOnFreePort();
        part.createDatabase();
        return part;
    }

    /** {@code jdbc:postgresql://127.0.0.1:PORT/hopmeter}. */
    public String jdbcUrl() {
        return jdbcUrl("hopmeter");
    }

    private String jdbcUrl(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
    }

    public String username() {
        return USER;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    Addresses.Database database() {
        return new Addresses.Database(jdbcUrl(), USER, password);
    }

    /** The server's process id. */
    public long pid() {
        return running().pid();
    }

    /** Kills the server with SIGKILL, as a crash of its machine would; its database stays for {@link #restart()}. */
    public void kill() {
        List<Child> workers = running().descendants();
        running().kill();
        // They notice by themselves, and hold the shared memory that the next server wants until they do.
        workers.forEach(worker -> worker.awaitEnd(STOP_LIMIT));
    }

    /** Starts it again on the same port and database, after stopping it in good order if it runs. */
    public void restart() {
        if (running().isAlive()) {
            running().dismiss();
            ctl("postgres-stop", List.of("stop", "--mode=fast", "--wait"));
        }
        boot();
    }

    Optional<Child> child() {
        return Optional.ofNullable(server);
    }

    private Child running() {
        Child child = server;
        if (child == null) {
            throw new IllegalStateException("not started yet");
        }
        return child;
    }

    private Path pidFile() {
        return database.resolve("postmaster.pid");
    }

    private void initialize() {
        unpack();
        Path passwordFile = home.resolve("password");
        Secret.write(passwordFile, password);
        user.own(home, folder.path());
        // Not synchronized: what initdb writes is worth nothing if the machine fails now. The server itself flushes.
        folder.run(
                "initdb",
                user.command(List.of(
                        home.resolve("bin/initdb").toString(),
                        "--pgdata=" + database,
                        "--username=" + USER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync",
                        "--no-instructions")),
                home,
                START_LIMIT);
        try {
            Files.delete(passwordFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unpack() {
        String archive = Machine.here().postgresArchive();
        try (InputStream packed = PostgresPart.class.getClassLoader().getResourceAsStream(archive)) {
            if (packed == null) {
                throw new StackException(archive + " is not on the class path: this was built for another system");
            }
            try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(entry, tar);
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

    private void startOnFreePort() {
        for (int attempt = 1; ; attempt++) {
            try {
                boot();
                return;
            } catch (StackException e) {
                if (attempt == ATTEMPTS || Ports.isFree(port)) {
                    throw e;
                }
                port = folder.ports().next();
            }
        }
    }

    private void boot() {
        configure();
        startServer();
        assertDurability();
    }

    private void startServer() {
        forgetEndedServer();
        // pg_ctl makes the server leader of a session of its own, where no Ctrl-C of this terminal reaches it.
        ctl(NAME, List.of("start", "--wait", "--timeout=" + START_LIMIT.toSeconds()));
        server = new Child(NAME, handle(), folder.log(NAME));
    }

    /** A killed server still has its number until the system's first process has noticed, and Postgres takes it for alive. */
    private void forgetEndedServer() {
        if (child().filter(child -> !child.isAlive()).isPresent()) {
            try {
                Files.deleteIfExists(pidFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void configure() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("wal_level", "logical");
        lines.put("synchronous_commit", "on");
        lines.putAll(settings);
        lines.put("fsync", "on");
        lines.put("listen_addresses", "127.0.0.1");
        lines.put("port", Integer.toString(port));
        lines.put("unix_socket_directories", "");
        StringBuilder text = new StringBuilder();
        lines.forEach((key, value) ->
                text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
        try {
            // Read after postgresql.conf, which initdb has filled with the defaults of this machine.
            Files.writeString(database.resolve("postgresql.auto.conf"), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ctl(String name, List<String> words) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/pg_ctl").toString(), "--pgdata=" + database, "--silent"));
        command.addAll(words);
        folder.run(name, user.command(command), home, START_LIMIT.plusSeconds(5));
    }

    private ProcessHandle handle() {
        try {
            String pid = Files.readAllLines(pidFile(), StandardCharsets.UTF_8).getFirst();
            return ProcessHandle.of(Long.parseLong(pid.strip()))
                    .orElseThrow(() -> new StackException(NAME + " has ended" + Child.lastLines(folder.log(NAME))));
        } catch (IOException e) {
            throw new StackException(NAME + " wrote no process id", e);
        }
    }

    private void assertDurability() {
        String commit = settings.getOrDefault("synchronous_commit", "on");
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            assertShows(statement, "fsync", "on");
            assertShows(statement, "synchronous_commit", commit);
            assertShows(statement, "wal_level", settings.getOrDefault("wal_level", "logical"));
        } catch (SQLException e) {
            throw new StackException("cannot ask " + NAME + " for its durability: " + e.getMessage(), e);
        }
    }

    private static void assertShows(Statement statement, String key, String expected) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + key)) {
            String shown = row.next() ? row.getString(1) : "nothing";
            if (!expected.equals(shown)) {
                throw new StackException(NAME + " runs with " + key + "=" + shown + " instead of " + expected
                        + ": nothing is measured on that");
            }
        }
    }

    private void createDatabase() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE hopmeter");
        } catch (SQLException e) {
            throw new StackException("cannot create the database: " + e.getMessage(), e);
        }
    }

    private Connection connect(String name) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl(name), properties);
    }

    /** Ends it without a checkpoint, as all it has written is about to be deleted; its shared memory is given back. */
    private void discard() {
        Child child = server;
        if (child == null) {
            return;
        }
        if (!child.isAlive()) {
            // Only a server can give back the shared memory of one that was killed.
            startServer();
            child = running();
        }
        child.dismiss();
        child.signal("QUIT");
        if (!child.awaitEnd(STOP_LIMIT)) {
            child.kill();
        }
    }
}
