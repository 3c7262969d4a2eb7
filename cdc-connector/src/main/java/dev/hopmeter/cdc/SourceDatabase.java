package dev.hopmeter.cdc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The connector's own questions to Postgres. Each opens and closes a connection of its own, so that a restarted Postgres is
 * met again; each throws {@code DataAccessException} while Postgres does not answer.
 */
@Component
class SourceDatabase {

    private static final String SLOT = """
        SELECT s.slot_type, s.plugin, s.database = current_database() AS here, s.active, coalesce(s.active_pid, 0) AS owner,
               coalesce(s.wal_status, 'lost') AS wal_status,
               coalesce(to_jsonb(s) ->> 'invalidation_reason', '') AS invalidation_reason,
               s.confirmed_flush_lsn - '0/0'::pg_lsn AS confirmed,
               pg_current_wal_lsn() - s.confirmed_flush_lsn AS lag
        FROM pg_replication_slots s WHERE s.slot_name = ?\
        """;

    private static final String PUBLISHED = """
        SELECT count(*) FROM pg_publication_tables t JOIN pg_publication p USING (pubname)
        WHERE p.pubname = ? AND p.pubinsert AND t.schemaname = ? AND t.tablename = ?\
        """;

    private final JdbcClient jdbc;
    private final CdcProperties properties;

    SourceDatabase(JdbcClient jdbc, CdcProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /** Whether the table is there and the publication publishes its inserts. */
    boolean tableIsPublished() {
        return jdbc.sql(PUBLISHED)
                        .params(properties.publication(), properties.schema(), properties.table())
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** Postgres's {@code wal_level}; anything but {@code logical} cannot be read. */
    String walLevel() {
        return jdbc.sql("SHOW wal_level").query(String.class).single();
    }

    /** The slot as it is now. */
    Slot slot() {
        Optional<Slot> found = jdbc.sql(SLOT)
                .param(properties.slotName())
                .query((row, number) -> slot(row))
                .optional();
        return found.orElseGet(Slot.Absent::new);
    }

    /** Drops the slot if it is there; fails if a connection streams from it. */
    void dropSlot() {
        jdbc.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?")
                .param(properties.slotName())
                .query((row, number) -> row.getString(1))
                .list();
    }

    private static Slot slot(ResultSet row) throws SQLException {
        if (!"logical".equals(row.getString("slot_type"))
                || !"pgoutput".equals(row.getString("plugin"))
                || !row.getBoolean("here")) {
            return new Slot.Foreign("it is not a logical slot of pgoutput in this database");
        }
        String walStatus = row.getString("wal_status").toLowerCase(Locale.ROOT);
        String invalidation = row.getString("invalidation_reason");
        if ("lost".equals(walStatus) || !invalidation.isEmpty()) {
            return new Slot.Broken(
                    invalidation.isEmpty()
                            ? "Postgres no longer keeps its log"
                            : "Postgres invalidated it: " + invalidation);
        }
        long confirmed = row.getBigDecimal("confirmed").longValue();
        return new Slot.Usable(confirmed, row.getLong("lag"), row.getBoolean("active"), row.getInt("owner"), walStatus);
    }
}
