package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.stack.Addresses;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How far those who read the database's log through a slot are behind it while it is measured: what was not sent to them yet,
 * and what the slot keeps on the disk. The primary is asked twice a second.
 */
final class SlotLag implements Trial.Surroundings {

    private static final String ASK = """
        SELECT slot_name, coalesce(wal_status, '') AS wal_status, active,
            coalesce(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), sent_lsn), 0)::bigint AS unsent,
            coalesce(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), confirmed_flush_lsn), 0)::bigint AS unconfirmed,
            coalesce(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn), 0)::bigint AS kept,
            pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint AS position
        FROM pg_replication_slots LEFT JOIN pg_stat_replication ON pid = active_pid
        WHERE slot_type = 'logical' AND database = current_database() AND NOT temporary\
        """;

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int FEWEST = 20;
    /** A reader that falls behind by the log of so long a time during the measurement does not keep up. */
    private static final double MOST_SECONDS = 1;

    private static final long MEGABYTE = 1_000_000;

    private final EpochClock clock;
    private final Addresses.Database primary;
    private final List<Look> looks = new CopyOnWriteArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Optional<String> problem = Optional.empty();

    SlotLag(EpochClock clock, Addresses.Database primary) {
        this.clock = clock;
        this.primary = primary;
    }

    /**
     * One slot at one moment.
     *
     * @param status as Postgres calls it: {@code lost} can never be read again
     * @param unsent bytes of log that its reader was not sent yet
     * @param unconfirmed bytes that its reader has not said to be done with
     * @param kept bytes that are kept on the disk for it
     * @param position of the log, in bytes
     */
    record Look(
            String slot,
            long nanos,
            String status,
            boolean active,
            long unsent,
            long unconfirmed,
            long kept,
            long position) {}

    @Override
    public void measurementBegins(int first) {
        Thread.ofPlatform().daemon().name("slot-lag").start(this::look);
    }

    @Override
    public void measurementEnds() {
        close();
    }

    /** Looks no more; can be called again. */
    void close() {
        stopping.countDown();
    }

    private void look() {
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            do {
                try (ResultSet row = statement.executeQuery(ASK)) {
                    long now = clock.nanos();
                    while (row.next()) {
                        looks.add(new Look(
                                row.getString("slot_name"),
                                now,
                                row.getString("wal_status"),
                                row.getBoolean("active"),
                                row.getLong("unsent"),
                                row.getLong("unconfirmed"),
                                row.getLong("kept"),
                                row.getLong("position")));
                    }
                }
            } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (SQLException e) {
            problem = Optional.of("the primary could not be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Against the trial where a slot is lost, or its reader fell behind all the time. */
    Finding finding() {
        return finding(List.copyOf(looks), problem);
    }

    static Finding finding(List<Look> looks, Optional<String> problem) {
        Map<String, List<Look>> bySlot = new TreeMap<>();
        looks.forEach(look ->
                bySlot.computeIfAbsent(look.slot(), none -> new ArrayList<>()).add(look));
        if (bySlot.isEmpty()) {
            return new Finding(
                    "slots", problem.orElse("no slot was there while it was measured"), Map.of(), problem.isEmpty());
        }
        List<String> texts = new ArrayList<>();
        Map<String, Object> figures = new LinkedHashMap<>();
        boolean against = false;
        for (Map.Entry<String, List<Look>> slot : bySlot.entrySet()) {
            List<Look> its = slot.getValue();
            boolean lost = its.getLast().status().equals("lost");
            boolean growing = isGrowing(its);
            long mostUnsent = its.stream().mapToLong(Look::unsent).max().orElse(0);
            long mostKept = its.stream().mapToLong(Look::kept).max().orElse(0);
            against |= lost || growing;
            texts.add(String.format(
                    Locale.ROOT,
                    "%s: its reader at most %.1f kB behind the log, %.1f kB at the end; at most %.1f MB of log"
                            + " kept%s%s",
                    slot.getKey(),
                    mostUnsent / 1e3,
                    its.getLast().unsent() / 1e3,
                    mostKept / 1e6,
                    lost ? "; LOST: kept log was limited, and its reader can never go on" : "",
                    growing ? "; its reader fell behind all the time" : ""));
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("looks", its.size());
            node.put("mostUnsentBytes", mostUnsent);
            node.put("lastUnsentBytes", its.getLast().unsent());
            node.put("lastUnconfirmedBytes", its.getLast().unconfirmed());
            node.put("mostKeptBytes", mostKept);
            node.put("lost", lost);
            node.put("growing", growing);
            figures.put(slot.getKey(), node);
        }
        problem.ifPresent(texts::add);
        return new Finding("slots", String.join("; ", texts), figures, against);
    }

    /** From the first quarter to the last by more log than is written in a second. */
    private static boolean isGrowing(List<Look> looks) {
        if (looks.size() < FEWEST) {
            return false;
        }
        int quarter = looks.size() / 4;
        double first = looks.subList(0, quarter).stream()
                .mapToLong(Look::unsent)
                .average()
                .orElse(0);
        double last = looks.subList(looks.size() - quarter, looks.size()).stream()
                .mapToLong(Look::unsent)
                .average()
                .orElse(0);
        double seconds = (looks.getLast().nanos() - looks.getFirst().nanos()) / 1e9;
        double perSecond = (looks.getLast().position() - looks.getFirst().position()) / Math.max(1e-3, seconds);
        return last - first > Math.max(MEGABYTE, MOST_SECONDS * perSecond);
    }
}
