package dev.hopmeter.unified;

import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.windows.InstanceAddress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The instances that are alive, and which of them owns which keys. An instance is alive while its session in the database holds
 * a lock, which ends with its process; the others look for it again and again. As each instance has all windows, two that
 * think they own a key at a change both answer right. Safe for use by many threads.
 */
final class Members implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    /** Keys are shared out in so many parts. */
    static final int PARTITIONS = 256;

    private static final Duration STOPPING = Duration.ofSeconds(2);

    /** Of the advisory locks of this service; the second half is the instance's number. */
    private static final int LOCKS = 0x686F706D;

    private static final String REGISTER = """
        INSERT INTO unified_instances (instance, address) VALUES (?, ?)
        ON CONFLICT (instance) DO UPDATE SET address = excluded.address
        RETURNING pg_try_advisory_lock(%d, number)
        """.formatted(LOCKS);

    private static final String ALIVE = """
        SELECT instance, address FROM unified_instances JOIN pg_locks ON objid = number::oid
        WHERE locktype = 'advisory' AND classid = %d AND objsubid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ORDER BY instance
        """.formatted(LOCKS);

    /** One that is alive. */
    record Member(String instance, InstanceAddress address) {}

    private final PrimaryAddress database;
    private final String self;
    private final Future<InstanceAddress> address;
    private final Duration period;
    private final EmergencyStop emergencyStop;
    private final IntConsumer lost;
    private volatile View view;
    private volatile @Nullable Thread thread;

    /**
     * Alone, until it is known better.
     *
     * @param address at which others reach this instance; it is waited for
     * @param period between two looks who is alive
     * @param lost is told each partition that this instance owns no more
     */
    Members(
            PrimaryAddress database,
            String self,
            Future<InstanceAddress> address,
            Duration period,
            EmergencyStop emergencyStop,
            IntConsumer lost,
            MeterRegistry meters) {
        this.database = database;
        this.self = self;
        this.address = address;
        this.period = period;
        this.emergencyStop = emergencyStop;
        this.lost = lost;
        this.view = View.of(List.of(), self);
        Gauge.builder(
                        "hopmeter.unified.instances",
                        this,
                        each -> each.view.members().size())
                .description("Instances that are alive, this one included once it has registered itself")
                .register(meters);
    }

    /** The part in which that key is. */
    static int partition(String key) {
        return (int) (mixed(hash(HASH_START, key)) >>> (Long.SIZE - Integer.numberOfTrailingZeros(PARTITIONS)));
    }

    /** The owner of that partition; null if it is this instance. */
    @Nullable
    InstanceAddress other(int partition) {
        return view.others().get(partition);
    }

    /** Whether others write to the same log. */
    boolean hasOthers() {
        return view.members().size() > 1;
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().name("members").start(this::run);
    }

    @Override
    public void stop() {
        Thread looking = thread;
        if (looking == null) {
            return;
        }
        looking.interrupt();
        try {
            looking.join(STOPPING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Once there is a web server to reach; before it stops, so that the others own its keys by then. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }

    private void run() {
        try {
            InstanceAddress here = address.get();
            while (!Thread.currentThread().isInterrupted()) {
                try (Connection own = database.connect("member-" + self, Map.of())) {
                    register(own, here);
                    lookAgainAndAgain(own);
                } catch (SQLException e) {
                    LOG.warn("Who is alive cannot be found out, and is tried again: {}", e.getMessage());
                }
                Thread.sleep(period);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            emergencyStop.because("find its own address", e);
        } catch (RuntimeException | Error e) {
            emergencyStop.because("look who is alive", e);
            throw e;
        }
    }

    private void lookAgainAndAgain(Connection own) throws SQLException, InterruptedException {
        try (PreparedStatement statement = own.prepareStatement(ALIVE)) {
            while (true) {
                List<Member> alive = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        alive.add(new Member(row.getString(1), InstanceAddress.parse(row.getString(2))));
                    }
                }
                see(alive);
                Thread.sleep(period);
            }
        }
    }

    private void register(Connection own, InstanceAddress here) throws SQLException {
        try (PreparedStatement statement = own.prepareStatement(REGISTER)) {
            statement.setString(1, self);
            statement.setString(2, here.text());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    throw new SQLException("another process is the instance " + self);
                }
            }
        }
    }

    /** These are alive now. */
    void see(List<Member> alive) {
        View before = view;
        if (alive.equals(before.members())) {
            return;
        }
        LOG.info("Alive are {}", alive);
        View now = View.of(alive, self);
        view = now;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (before.others().get(partition) == null && now.others().get(partition) != null) {
                lost.accept(partition);
            }
        }
    }

    /**
     * Who is alive, and who of the others owns which partition.
     *
     * @param others by partition; null where it is this instance
     */
    private record View(List<Member> members, List<@Nullable InstanceAddress> others) {

        /** The instance with the highest score of a partition owns it: one that comes or goes moves its own share alone. */
        static View of(List<Member> members, String self) {
            List<@Nullable InstanceAddress> others = new ArrayList<>(PARTITIONS);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                Member owner = null;
                long highest = Long.MIN_VALUE;
                for (Member member : members) {
                    long score = mixed(hash(HASH_START, member.instance()) + partition);
                    if (owner == null || score > highest) {
                        owner = member;
                        highest = score;
                    }
                }
                others.add(owner == null || owner.instance().equals(self) ? null : owner.address());
            }
            return new View(List.copyOf(members), others);
        }
    }

    private static final long HASH_START = 0xcbf29ce484222325L;

    /** FNV-1a, the same in every instance. */
    private static long hash(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Each bit of the answer depends on each bit: the last step of SplitMix64. */
    private static long mixed(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
