package dev.hopmeter.stack;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/**
 * A real Postgres that flushes to disk before it answers a commit: that is asserted after each start. It listens on
 * loopback only, asks for a password, and has the database {@code hopmeter}.
 */
public final class PostgresPart {

    private static final String NAME = "postgres";

    private final PostgresServer server;

    private PostgresPart(PostgresServer server) {
        this.server = server;
    }

    /**
     * Unpacks, initializes and starts it, which takes seconds; the folder stops it.
     *
     * @param settings lines of {@code postgresql.conf} that differ from what Postgres documents as its default
     * @throws StackException if it cannot start, or runs with other durability than it should
     */
    public static PostgresPart start(StackFolder folder, Map<String, String> settings) {
        Settings.check(NAME, settings, PostgresServer.OURS);
        PostgresPrograms programs = PostgresPrograms.unpackedInto(folder, NAME);
        Path database = programs.database("database");
        String password = Secret.create();
        programs.initialize(database, password);
        PostgresServer server = new PostgresServer(folder, programs, NAME, database, password);
        server.configure(settings);
        server.startOnFreePort();
        createDatabase(server);
        return new PostgresPart(server);
    }

    private static void createDatabase(PostgresServer server) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE hopmeter");
        } catch (SQLException e) {
            throw new StackException("cannot create the database: " + e.getMessage(), e);
        }
    }

    /** {@code jdbc:postgresql://127.0.0.1:PORT/hopmeter}. */
    public String jdbcUrl() {
        return server.jdbcUrl();
    }

    public String username() {
        return server.username();
    }

    public String password() {
        return server.password();
    }

    public int port() {
        return server.port();
    }

    Addresses.Database database() {
        return new Addresses.Database(jdbcUrl(), username(), password());
    }

    /** The server's process id. */
    public long pid() {
        return server.pid();
    }

    /** Stops its processes where they are; see {@link PostgresServer#freeze()}. */
    public void freeze() {
        server.freeze();
    }

    /** Lets them go on. */
    public void thaw() {
        server.thaw();
    }

    /** Kills the server with SIGKILL, as a crash of its machine would; its database stays for {@link #restart()}. */
    public void kill() {
        server.kill();
    }

    /** Starts it again on the same port and database, after stopping it in good order if it runs. */
    public void restart() {
        server.restart();
    }

    Optional<Child> child() {
        return server.child();
    }
}
