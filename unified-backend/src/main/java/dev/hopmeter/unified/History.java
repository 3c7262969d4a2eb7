package dev.hopmeter.unified;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * On which timeline the log is read: each promotion of a standby begins another, which has the log before only up to where the
 * standby had it. One thread goes on.
 */
final class History {

    private volatile long timeline;

    /** The one that was gone on with last; 0 before. Asked by any thread. */
    long timeline() {
        return timeline;
    }

    /**
     * Sees on which timeline the log goes on that was read up to that position.
     *
     * @param on a replication connection
     * @throws StartRefusedException if it branches off before the position: the primary lacks what was let through, and has
     *     other log in its place
     */
    void goOn(Connection on, long position) throws SQLException {
        long now = timeline(on);
        if (timeline != 0 && now != timeline) {
            long branch = branch(content(on, now), timeline);
            if (branch < position) {
                throw new StartRefusedException("the primary's log is another one from " + Position.text(branch)
                        + " on, and was told of up to " + Position.text(position)
                        + ": started again, the service goes on with what this primary has; see"
                        + " docs/unified-failover.md");
            }
        }
        timeline = now;
    }

    private static long timeline(Connection on) throws SQLException {
        try (Statement statement = on.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return row.getLong("timeline");
        }
    }

    private static String content(Connection on, long timeline) throws SQLException {
        try (Statement statement = on.createStatement();
                ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            row.next();
            return new String(row.getBytes("content"), StandardCharsets.US_ASCII);
        }
    }

    /**
     * Where the line that leads to a timeline leaves one of those before; 0 if that is none of them.
     *
     * @param content of a history file: lines of a timeline, the position of its end, and why, with tabs in between
     */
    static long branch(String content, long timeline) {
        for (String line : content.lines().toList()) {
            String[] words = line.strip().split("\\s+", 3);
            if (words.length > 1 && words[0].equals(Long.toString(timeline))) {
                return Position.of(words[1]);
            }
        }
        return 0;
    }
}
