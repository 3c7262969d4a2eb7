package dev.hopmeter.load;

import dev.hopmeter.stack.Addresses;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Postgres says of its settings, in the view that is made for it. */
final class DatabaseSettings {

    private static final String ALL = """
        SELECT name, setting, boot_val, coalesce(unit, '') AS unit, source FROM pg_settings
        WHERE source NOT IN ('client', 'session') ORDER BY name\
        """;

    /** Set by nobody: the default, or what Postgres has found out by itself. */
    private static final Set<String> NOBODY = Set.of("default", "override");

    private DatabaseSettings() {}

    static PartSettings of(Addresses.Database database) {
        PartSettings part = new PartSettings();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(ALL)) {
                while (row.next()) {
                    add(
                            part,
                            row.getString("name"),
                            row.getString("setting"),
                            row.getString("boot_val"),
                            row.getString("unit"),
                            row.getString("source"));
                }
            }
            try (ResultSet row =
                    statement.executeQuery("SELECT pg_has_role(current_user, 'pg_read_all_settings', 'usage')")) {
                if (row.next() && !row.getBoolean(1)) {
                    part.untold("settings that only superusers see", "this user is no member of pg_read_all_settings");
                }
            }
        } catch (SQLException e) {
            return PartSettings.silent("settings", String.valueOf(e.getSQLState()));
        }
        part.untold("settings of the services' own sessions", "each session knows its own alone");
        return part;
    }

    static void add(
            PartSettings part,
            String name,
            @Nullable String value,
            @Nullable String usual,
            String unit,
            String source) {
        boolean differs = !NOBODY.contains(source) && !Objects.equals(value, usual);
        part.add(name, new PartSettings.Setting(with(unit, value), with(unit, usual), differs, source));
    }

    /** A unit can be a number of bytes, as 8kB, which would run into the value. */
    private static @Nullable String with(String unit, @Nullable String value) {
        return value == null || unit.isEmpty() ? value : value + " " + (unit.matches("\\d.*") ? "x " : "") + unit;
    }
}
