package dev.hopmeter.stack;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Postgres primary and two standbys that stream from it, where a commit is answered once the primary and one of the two
 * have flushed it: that is asserted before it is ready. They listen on loopback only and ask for a password; the database is
 * {@code hopmeter}. Slots of logical streams made with {@code failover} are kept on the standbys too. Not for several threads at
 * once.
 */
public final class ReplicatedPostgresPart {

    private static final String NAME = "postgres";

    /** May stream from a primary, and nothing else. */
    private static final String STANDBY_USER = "hopmeter_standby";

    private static final int STANDBYS = 2;
    private static final Duration STREAMING_LIMIT = Duration.ofSeconds(60);
    private static final Set<String> OURS = ours();

    /** A standby does not start with less of one of these than its log was written with, be it by {@code initdb}. */
    private static final Set<String> COMPARED = Set.of(
            "max_connections",
            "max_locks_per_transaction",
            "max_prepared_transactions",
            "max_wal_senders",
            "max_worker_processes");

    /** Of the arm, and otherwise these. */
    private static final Map<String, String> USUAL = Map.of(
            // A slot that nobody reads must not fill the disk; Postgres's default is without a bound.
            "max_slot_wal_keep_size", "1GB",
            // Nothing is answered until a standby is back; 5 s by default.
            "wal_retrieve_retry_interval", "500ms");

    private final PostgresPrograms programs;
    private final Map<String, String> settings;
    private final String standbyPassword = Secret.create();
    private final List<PostgresServer> servers;
    private PostgresServer primary;

    private ReplicatedPostgresPart(StackFolder folder, PostgresPrograms programs, Map<String, String> settings) {
        this.programs = programs;
        this.settings = new LinkedHashMap<>(USUAL);
        this.settings.putAll(settings);
        String password = Secret.create();
        List<PostgresServer> all = new ArrayList<>();
        all.add(server(folder, "primary", password));
        for (int number = 1; number <= STANDBYS; number++) {
            all.add(server(folder, "standby-" + number, password));
        }
        this.servers = List.copyOf(all);
        this.primary = servers.getFirst();
    }

    private PostgresServer server(StackFolder folder, String role, String password) {
        return new PostgresServer(folder, programs, NAME + "-" + role, programs.database(role), password);
    }

    private static Set<String> ours() {
        Set<String> ours = new HashSet<>(PostgresServer.OURS);
        ours.addAll(Set.of(
                "hot_standby",
                "hot_standby_feedback",
                "primary_conninfo",
                "primary_slot_name",
                "sync_replication_slots",
                "synchronous_standby_names"));
        return Set.copyOf(ours);
    }

    /**
     * Unpacks, initializes and starts the three, which takes seconds; the folder stops them.
     *
     * @param settings lines of {@code postgresql.conf} of each that differ from what Postgres documents as its default
     * @throws StackException if one cannot start, runs with other durability than it should, or does not stream
     */
    public static ReplicatedPostgresPart start(StackFolder folder, Map<String, String> settings) {
        Settings.check(NAME, settings, OURS);
        ReplicatedPostgresPart part =
                new ReplicatedPostgresPart(folder, PostgresPrograms.unpackedInto(folder, NAME), settings);
        part.initialize();
        part.startPrimary();
        part.startStandbys();
        part.awaitStreaming();
        return part;
    }

    /** Of the primary. */
    public String jdbcUrl() {
        return primary.jdbcUrl();
    }

    /** Of whichever of the three is the primary at the time of connecting, so that it holds after {@link #failOver()} too. */
    public String jdbcUrlOfAny() {
        return servers.stream()
                .map(server -> "127.0.0.1:" + server.port())
                .collect(Collectors.joining(
                        ",",
                        "jdbc:postgresql://",
                        // How long the driver believes what it has once found out of a server; 10 s by default.
                        "/hopmeter?targetServerType=primary&hostRecheckSeconds=1"));
    }

    public String username() {
        return primary.username();
    }

    public String password() {
        return primary.password();
    }

    /** The one that takes writes. */
    public PostgresServer primary() {
        return primary;
    }

    /** The others, also those that are stopped. */
    public List<PostgresServer> standbys() {
        return servers.stream().filter(server -> server != primary).toList();
    }

    /** All three, in the order in which they were made. */
    public List<PostgresServer> servers() {
        return servers;
    }

    /**
     * Takes over after the primary has ended: the standby that has the most of its log, and therefore every commit that was
     * answered, becomes the primary, and the other one streams from it. What was the primary is not started again: it may have
     * commits that were never answered, and must be made anew as a copy.
     *
     * @return the new primary, once a commit on it is answered as before
     * @throws IllegalStateException if the primary still runs, or a standby does not
     */
    public PostgresServer failOver() {
        if (isAlive(primary)) {
            throw new IllegalStateException(primary.name() + " still runs");
        }
        List<PostgresServer> candidates = standbys();
        candidates.stream().filter(server -> !isAlive(server)).findFirst().ifPresent(server -> {
            throw new IllegalStateException(server.name() + " does not run, and may have the most");
        });
        PostgresServer next = candidates.stream()
                .max(Comparator.comparingLong(ReplicatedPostgresPart::received))
                .orElseThrow();
        next.promote();
        PostgresServer old = primary;
        primary = next;
        servers.stream().filter(server -> server != next && server != old).forEach(other -> {
            makeSlot(next, other);
            other.configure(standbyLines(other));
            other.restart();
        });
        next.configure(primaryLines());
        awaitStreaming(1);
        return next;
    }

    /** Waits until both standbys stream from the primary again, as after a restart of one. */
    public void awaitStreaming() {
        awaitStreaming(STANDBYS);
    }

    private static boolean isAlive(PostgresServer server) {
        return server.child().filter(Child::isAlive).isPresent();
    }

    private void initialize() {
        Path made = programs.database("primary");
        Map<String, String> compared = new LinkedHashMap<>(settings);
        compared.keySet().retainAll(COMPARED);
        programs.initialize(made, primary.password(), compared);
        for (int number = 1; number <= STANDBYS; number++) {
            Path copy = programs.database("standby-" + number);
            programs.copy(made, copy);
            programs.touch(copy.resolve("standby.signal"));
        }
    }

    private void startPrimary() {
        primary.configure(primaryLines());
        primary.startOnFreePort();
        try (Connection connection = primary.connect("postgres");
                Statement statement = connection.createStatement()) {
            // Nobody could answer otherwise: the standbys come next.
            statement.execute("SET synchronous_commit = local");
            statement.execute("CREATE ROLE " + STANDBY_USER + " LOGIN REPLICATION PASSWORD '" + standbyPassword + "'");
            statement.execute("CREATE DATABASE hopmeter");
        } catch (SQLException e) {
            throw new StackException("cannot make the database and its standbys' user: " + e.getMessage(), e);
        }
    }

    private void startStandbys() {
        for (PostgresServer standby : standbys()) {
            makeSlot(primary, standby);
            standby.configure(standbyLines(standby));
            standby.startOnFreePort();
        }
    }

    /** It keeps what the standby has not got yet, from now on. */
    private static void makeSlot(PostgresServer on, PostgresServer standby) {
        try (Connection connection = on.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_create_physical_replication_slot('" + slot(standby) + "', true)");
        } catch (SQLException e) {
            throw new StackException("cannot make a slot for " + standby.name() + ": " + e.getMessage(), e);
        }
    }

    /** Its slot, and how it is called among the synchronous standbys. */
    private static String slot(PostgresServer server) {
        return server.name().replace('-', '_');
    }

    private Map<String, String> primaryLines() {
        return lines(primary);
    }

    private Map<String, String> standbyLines(PostgresServer standby) {
        Map<String, String> lines = lines(standby);
        lines.put(
                "primary_conninfo",
                "host=127.0.0.1 port=" + primary.port() + " user=" + STANDBY_USER + " password=" + standbyPassword
                        + " dbname=hopmeter application_name=" + slot(standby));
        lines.put("primary_slot_name", slot(standby));
        return lines;
    }

    /** What a server has in either role, so that a standby which becomes the primary is as durable as that was. */
    private Map<String, String> lines(PostgresServer server) {
        Map<String, String> lines = new LinkedHashMap<>(settings);
        lines.put("synchronous_standby_names", quorumWithout(server));
        lines.put("hot_standby", "on");
        lines.put("hot_standby_feedback", "on");
        lines.put("sync_replication_slots", "on");
        return lines;
    }

    private String quorumWithout(PostgresServer server) {
        return "ANY 1 ("
                + String.join(
                        ", ",
                        servers.stream()
                                .filter(each -> each != server)
                                .map(ReplicatedPostgresPart::slot)
                                .toList())
                + ")";
    }

    private void awaitStreaming(int standbys) {
        int[] streaming = new int[1];
        boolean met = Wait.until(STREAMING_LIMIT, () -> {
            streaming[0] = streaming();
            return streaming[0] >= standbys;
        });
        if (!met) {
            throw new StackException("of " + standbys + " standbys that a commit on " + primary.name()
                    + " may wait for, " + streaming[0] + " stream after " + STREAMING_LIMIT.toSeconds() + " s");
        }
    }

    private int streaming() {
        try (Connection connection = primary.connect("postgres");
                Statement statement = connection.createStatement()) {
            primary.assertShows(statement, "synchronous_standby_names", quorumWithout(primary));
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_replication"
                    + " WHERE state = 'streaming' AND sync_state = 'quorum'")) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw new StackException("cannot ask " + primary.name() + " for its standbys: " + e.getMessage(), e);
        }
    }

    /** Up to where it has the log, flushed, as a number that compares. */
    private static long received(PostgresServer standby) {
        try (Connection connection = standby.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(pg_wal_lsn_diff(greatest("
                        + "pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0'), 0)::bigint")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new StackException("cannot ask " + standby.name() + " what it has: " + e.getMessage(), e);
        }
    }
}
