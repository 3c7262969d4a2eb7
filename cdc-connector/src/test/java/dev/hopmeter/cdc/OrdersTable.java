package dev.hopmeter.cdc;

import dev.hopmeter.contract.Order;
import dev.hopmeter.contract.OrderLine;
import dev.hopmeter.spring.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of orders as {@code order-service} makes and fills it. */
final class OrdersTable {

    private static final WireFormat WIRE_FORMAT = new WireFormat();

    private final JdbcClient jdbc;
    private long placed;

    OrdersTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void create() {
        jdbc.sql("""
            CREATE TABLE orders (
                id uuid PRIMARY KEY, idempotency_key text UNIQUE, fingerprint bytea, customer text, region text,
                kind text, amount bigint, currency text, lines jsonb, placed_at timestamptz, placed_nanos bigint,
                trail text)\
            """).update();
        jdbc.sql("CREATE PUBLICATION hopmeter_orders FOR TABLE orders").update();
    }

    void drop() {
        jdbc.sql("DROP PUBLICATION IF EXISTS hopmeter_orders").update();
        jdbc.sql("DROP TABLE IF EXISTS orders").update();
    }

    List<Order> insert(int count) {
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(insert("journey;intended=1;sent=2;received=3"));
        }
        return orders;
    }

    Order insert(@Nullable String trail) {
        Order order = next();
        insert(order, order.currency(), trail);
        return order;
    }

    /** One transaction of several orders. */
    List<Order> insertTogether(int count) {
        List<Order> orders = new ArrayList<>();
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Order order = next();
            orders.add(order);
            rows.append(i == 0 ? "" : ",")
                    .append("('%s','c','eu-west','retail',%d,'EUR','[{\"sku\":\"A-1\",\"quantity\":2}]',%d)"
                            .formatted(order.id(), order.amount(), nanos(order.placedAt())));
        }
        jdbc.sql("INSERT INTO orders (id, customer, region, kind, amount, currency, lines, placed_nanos) VALUES "
                        + rows)
                .update();
        return orders;
    }

    UUID insertWithCurrency(String currency) {
        Order order = next();
        insert(order, currency, null);
        return order.id();
    }

    static List<String> ids(List<Order> orders) {
        return orders.stream().map(order -> order.id().toString()).toList();
    }

    private void insert(Order order, String currency, @Nullable String trail) {
        jdbc.sql("""
            INSERT INTO orders (id, idempotency_key, fingerprint, customer, region, kind, amount, currency, lines,
                placed_at, placed_nanos, trail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, to_timestamp(?), ?, ?)\
            """)
                .param(order.id())
                .param(order.idempotencyKey().orElse(null))
                .param(new byte[] {1, 2, 3})
                .param(order.customer())
                .param(order.region())
                .param(order.kind())
                .param(order.amount())
                .param(currency)
                .param(new String(WIRE_FORMAT.writeValue(order.lines()), StandardCharsets.UTF_8))
                .param(order.placedAt().getEpochSecond())
                .param(nanos(order.placedAt()))
                .param(trail)
                .update();
    }

    private Order next() {
        placed++;
        return new Order(
                UUID.randomUUID(),
                placed % 2 == 0 ? Optional.of("key-" + UUID.randomUUID()) : Optional.empty(),
                "c",
                "eu-west",
                "retail",
                placed,
                "EUR",
                List.of(new OrderLine("A-1", 2)),
                Instant.ofEpochSecond(1_780_920_000L, placed));
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
