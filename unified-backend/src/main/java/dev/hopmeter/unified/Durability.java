package dev.hopmeter.unified;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** Whether Postgres is as durable as the service claims: asked at the start, before anything is written. */
final class Durability {

    /** {@code ANY 1 (a, b)}: the names, of which there are two at least. */
    private static final Pattern ANY_ONE_OF_SEVERAL =
            Pattern.compile("\\s*ANY\\s+1\\s*\\(\\s*([^,()]+(?:,[^,()]+)+)\\)\\s*", Pattern.CASE_INSENSITIVE);

    private static final int OLDEST_VERSION = 180_000;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final DataSource database;
    private final UnifiedProperties properties;

    Durability(DataSource database, UnifiedProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    /**
     * Returns if so.
     *
     * @throws StartRefusedException if not
     */
    void check() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            checkServer(statement);
            if (properties.notifies() == Notify.QUORUM) {
                checkQuorum(statement);
            }
        } catch (SQLException e) {
            throw new StartRefusedException("Postgres cannot be asked for its durability: " + e.getMessage(), e);
        }
    }

    /**
     * Returns unless somebody has since taken away what makes it so; a standby that is away is no such thing.
     *
     * @throws StartRefusedException if so
     * @throws SQLException if Postgres cannot be asked
     */
    void checkStillClaimed() throws SQLException {
        if (properties.notifies() == Notify.QUORUM) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                checkNames(statement);
            }
        }
    }

    private void checkServer(Statement statement) throws SQLException {
        if (number(statement, "SELECT current_setting('server_version_num')::int") < OLDEST_VERSION) {
            throw new StartRefusedException(
                    "Postgres 18 or newer is needed, not " + text(statement, "SHOW server_version"));
        }
        require(statement, "fsync", "on");
        require(statement, "wal_level", "logical");
        require(statement, "synchronous_commit", properties.notifies().synchronousCommit());
        if (!text(statement, "SELECT pg_is_in_recovery()::text").equals("false")) {
            throw new StartRefusedException("spring.datasource.url is that of a standby, not of the primary");
        }
    }

    private static void checkNames(Statement statement) throws SQLException {
        String names = text(statement, "SHOW synchronous_standby_names");
        Matcher matcher = ANY_ONE_OF_SEVERAL.matcher(names);
        if (!matcher.matches()) {
            throw new StartRefusedException("hopmeter.unified.notify=quorum needs synchronous_standby_names to be ANY 1"
                    + " of two or more, not '" + names + "'");
        }
    }

    private void checkQuorum(Statement statement) throws SQLException {
        checkNames(statement);
        long left = properties.standbyPatience().toMillis();
        while (true) {
            long streaming = number(
                    statement,
                    "SELECT count(*) FROM pg_stat_replication"
                            + " WHERE state = 'streaming' AND sync_state = 'quorum'");
            if (streaming >= properties.standbys()) {
                return;
            }
            if (left <= 0) {
                throw new StartRefusedException("hopmeter.unified.notify=quorum needs " + properties.standbys()
                        + " standbys that stream, and there are " + streaming
                        + "; hopmeter.unified.standbys says how many must");
            }
            pause();
            left -= PAUSE.toMillis();
        }
    }

    private void require(Statement statement, String setting, String value) throws SQLException {
        String is = text(statement, "SHOW " + setting);
        if (!is.equals(value)) {
            throw new StartRefusedException("hopmeter.unified.notify="
                    + properties.notifies().name().toLowerCase(Locale.ROOT) + " needs " + setting + "=" + value
                    + ", not " + is);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefusedException("interrupted while waiting for the standbys", e);
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        return Long.parseLong(text(statement, query));
    }
}
