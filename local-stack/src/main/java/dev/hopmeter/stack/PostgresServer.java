package dev.hopmeter.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One Postgres server: a folder of databases, and the process that serves it on loopback to who has the password. It flushes
 * to disk before it answers a commit, which is asserted after each start. Not for several threads at once.
 */
public final class PostgresServer {

    /** What no arm can set. */
    static final Set<String> OURS = Set.of(
            "data_directory", "fsync", "hba_file", "ident_file", "listen_addresses", "port", "unix_socket_directories");

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;

    private final StackFolder folder;
    private final PostgresPrograms programs;
    private final String name;
    private final Path database;
    private final String password;
    private Map<String, String> settings = Map.of();
    private int port;
    private boolean stopped;
    private volatile @Nullable Child server;

    /**
     * A server that is not started yet.
     *
     * @param database its folder, which is there at the start
     */
    PostgresServer(StackFolder folder, PostgresPrograms programs, String name, Path database, String password) {
        this.folder = folder;
        this.programs = programs;
        this.name = name;
        this.database = database;
        this.password = password;
        this.port = folder.ports().next();
    }

    /** How it is called among the processes of a stack. */
    public String name() {
        return name;
    }

    /** {@code jdbc:postgresql://127.0.0.1:PORT/hopmeter}. */
    public String jdbcUrl() {
        return jdbcUrl("hopmeter");
    }

    private String jdbcUrl(String of) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + of;
    }

    public String username() {
        return PostgresPrograms.USER;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** The server's process id. */
    public long pid() {
        return running().pid();
    }

    /** Kills it with SIGKILL, as a crash of its machine would; its databases stay for {@link #restart()}. */
    public void kill() {
        List<Child> workers = running().descendants();
        running().kill();
        // They notice by themselves, and hold the shared memory that the next server wants until they do.
        workers.forEach(worker -> worker.awaitEnd(STOP_LIMIT));
    }

    /**
     * Stops all its processes where they are (SIGSTOP): its clients stay connected and are told nothing, as where the network
     * between is cut.
     */
    public void freeze() {
        signalAll("STOP");
    }

    /** Lets them go on. */
    public void thaw() {
        signalAll("CONT");
    }

    /** The first one first, so that it starts no more. */
    private void signalAll(String signal) {
        running().signal(signal);
        running().descendants().forEach(process -> process.signal(signal));
    }

    /** Stops it in good order, without waiting for its clients to leave; its databases stay for {@link #restart()}. */
    public void stop() {
        running().dismiss();
        programs.control(name + "-stop", database, List.of("stop", "--mode=fast", "--wait"));
        stopped = true;
    }

    /** Starts it again on the same port and databases, after stopping it in good order if it runs. */
    public void restart() {
        if (running().isAlive()) {
            stop();
        }
        boot();
    }

    Optional<Child> child() {
        return Optional.ofNullable(server);
    }

    /** Sets lines of its configuration, read at the next start. */
    void configure(Map<String, String> lines) {
        settings = Map.copyOf(lines);
    }

    /** Starts it for the first time, on another port if somebody was faster at taking this one; the folder stops it. */
    void startOnFreePort() {
        folder.announce(pidFile(), "QUIT");
        folder.stopsWith(this::discard);
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

    /** Makes a standby a primary; returns when it takes writes. */
    void promote() {
        programs.control(name + "-promote", database, List.of("promote", "--wait"));
    }

    /** To that one of its databases. */
    Connection connect(String of) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", PostgresPrograms.USER);
        properties.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl(of), properties);
    }

    private Child running() {
        Child child = server;
        if (child == null) {
            throw new IllegalStateException(name + " is not started yet");
        }
        return child;
    }

    private Path pidFile() {
        return database.resolve("postmaster.pid");
    }

    private void boot() {
        writeConfiguration();
        startProcess();
        assertDurability();
    }

    private void startProcess() {
        forgetEndedServer();
        // pg_ctl makes the server leader of a session of its own, where no Ctrl-C of this terminal reaches it.
        programs.control(
                name, database, List.of("start", "--wait", "--timeout=" + PostgresPrograms.START_LIMIT.toSeconds()));
        server = new Child(name, handle(), folder.log(name));
        stopped = false;
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

    private void writeConfiguration() {
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

    private ProcessHandle handle() {
        try {
            String pid = Files.readAllLines(pidFile(), StandardCharsets.UTF_8).getFirst();
            return ProcessHandle.of(Long.parseLong(pid.strip()))
                    .orElseThrow(() -> new StackException(name + " has ended" + Child.lastLines(folder.log(name))));
        } catch (IOException e) {
            throw new StackException(name + " wrote no process id", e);
        }
    }

    private void assertDurability() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            assertShows(statement, "fsync", "on");
            assertShows(statement, "synchronous_commit", settings.getOrDefault("synchronous_commit", "on"));
            assertShows(statement, "wal_level", settings.getOrDefault("wal_level", "logical"));
        } catch (SQLException e) {
            throw new StackException("cannot ask " + name + " for its durability: " + e.getMessage(), e);
        }
    }

    /** @throws StackException if the server does not run with that */
    void assertShows(Statement statement, String key, String expected) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + key)) {
            String shown = row.next() ? row.getString(1) : "nothing";
            if (!expected.equals(shown)) {
                throw new StackException(name + " runs with " + key + "=" + shown + " instead of " + expected
                        + ": nothing is measured on that");
            }
        }
    }

    /** Ends it without a checkpoint, as all it has written is about to be deleted; its shared memory is given back. */
    private void discard() {
        Child child = server;
        if (child == null || stopped) {
            return;
        }
        if (!child.isAlive()) {
            // Only a server can give back the shared memory of one that was killed.
            startProcess();
            child = running();
        }
        child.dismiss();
        child.signal("QUIT");
        if (!child.awaitEnd(STOP_LIMIT)) {
            child.kill();
        }
    }
}
