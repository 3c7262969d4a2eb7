package dev.hopmeter.unified;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.orders.Fingerprints;
import dev.hopmeter.spring.orders.OrderStore;
import dev.hopmeter.spring.orders.Placement;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** Stores orders by one statement each, whose row comes back by the log. */
final class SqlOrderStore implements OrderStore {

    private static final String INSERT = """
        INSERT INTO orders (id, idempotency_key, fingerprint, customer, region, kind, amount, currency, lines,
            placed_at, placed_nanos, trail)
        VALUES (uuidv7(), ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING id, pg_current_xact_id()::text::bigint AS xid
        """;

    private static final String SELECT = """
        SELECT id, idempotency_key, fingerprint, customer, region, kind, amount, currency, lines, placed_nanos FROM orders
        """;

    private final DataSource database;
    private final Commits commits;
    private final Fingerprints fingerprints;
    private final WireFormat wireFormat;
    private final SQLExceptionTranslator translator = new SQLStateSQLExceptionTranslator();

    SqlOrderStore(DataSource database, Commits commits, Fingerprints fingerprints, WireFormat wireFormat) {
        this.database = database;
        this.commits = commits;
        this.fingerprints = fingerprints;
        this.wireFormat = wireFormat;
    }

    /**
     * The unique column decides whether a key is known, as in {@code order-service}. An order that was there already is
     * answered once it is durable: the wait of its own commit may have been given up.
     */
    @Override
    public Placement place(OrderDraft draft, Optional<String> key, Optional<Trail> trail, long receivedNanos) {
        byte[] fingerprint = fingerprints.of(draft);
        try (Connection connection = database.getConnection()) {
            UUID id = insert(connection, draft, fingerprint, key.orElse(null), trail, receivedNanos);
            if (id == null) {
                return earlier(connection, key.orElseThrow(), fingerprint);
            }
            return new Placement.Stored(new Order(
                    id,
                    key,
                    draft.customer(),
                    draft.region(),
                    draft.kind(),
                    draft.amount(),
                    draft.currency(),
                    draft.lines(),
                    EpochClock.toInstant(receivedNanos)));
        } catch (SQLException e) {
            throw translated("place an order", INSERT, e);
        }
    }

    @Override
    public Optional<Order> find(UUID id) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(SELECT + " WHERE id = ?")) {
            statement.setObject(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(order(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw translated("find an order", SELECT, e);
        }
    }

    private @Nullable UUID insert(
            Connection connection,
            OrderDraft draft,
            byte[] fingerprint,
            @Nullable String key,
            Optional<Trail> trail,
            long receivedNanos)
            throws SQLException {
        Instant placedAt = EpochClock.toInstant(receivedNanos).truncatedTo(ChronoUnit.MICROS);
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, key);
            statement.setBytes(2, fingerprint);
            statement.setString(3, draft.customer());
            statement.setString(4, draft.region());
            statement.setString(5, draft.kind());
            statement.setLong(6, draft.amount());
            statement.setString(7, draft.currency());
            statement.setString(8, new String(wireFormat.writeValue(draft.lines()), StandardCharsets.UTF_8));
            statement.setObject(9, placedAt.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setLong(10, receivedNanos);
            statement.setString(11, trail.map(Trail::text).orElse(null));
            return commits.commit(statement, row -> row.getObject("id", UUID.class));
        }
    }

    private Placement earlier(Connection connection, String key, byte[] fingerprint) throws SQLException {
        Placement found;
        try (PreparedStatement statement = connection.prepareStatement(SELECT + " WHERE idempotency_key = ?")) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("the order of that key is gone", "40001");
                }
                found = Arrays.equals(row.getBytes("fingerprint"), fingerprint)
                        ? new Placement.Replayed(order(row))
                        : new Placement.KeyTaken(key);
            }
        }
        commits.awaitAllBefore(connection);
        return found;
    }

    private Order order(ResultSet row) throws SQLException {
        return new Order(
                row.getObject("id", UUID.class),
                Optional.ofNullable(row.getString("idempotency_key")),
                row.getString("customer"),
                row.getString("region"),
                row.getString("kind"),
                row.getLong("amount"),
                row.getString("currency"),
                List.of(wireFormat.read(row.getString("lines").getBytes(StandardCharsets.UTF_8), OrderLine[].class)),
                EpochClock.toInstant(row.getLong("placed_nanos")));
    }

    private DataAccessException translated(String task, String sql, SQLException e) {
        DataAccessException translated = translator.translate(task, sql, e);
        return translated == null ? new UncategorizedSQLException(task, sql, e) : translated;
    }
}
