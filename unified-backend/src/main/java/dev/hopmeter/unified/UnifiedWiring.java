package dev.hopmeter.unified;

import com.zaxxer.hikari.HikariDataSource;
import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.Reception;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.orders.Fingerprints;
import dev.hopmeter.spring.orders.OrderStore;
import dev.hopmeter.spring.push.DeliverySockets;
import dev.hopmeter.spring.windows.Forwarding;
import dev.hopmeter.spring.windows.Watchers;
import dev.hopmeter.spring.windows.WindowQueries;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.sql.Connection;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts, put together. */
@Configuration(proxyBeanMethods = false)
class UnifiedWiring {

    /** How the names of this service's meters begin. */
    static final String METERS = "hopmeter.unified";

    /** How often a statement is executed before the server keeps its plan; here from the first time on. */
    private static final String PREPARED_AT_ONCE = "1";

    private static final String CANCEL_SECONDS = "1";

    @Bean
    Backend backend() {
        return Backend.UNIFIED;
    }

    /** Each session asks for the durability that the service claims, whatever the server's default is, and none waits for good. */
    @Bean
    static BeanPostProcessor durableSessions(ObjectProvider<UnifiedProperties> properties) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool) {
                    configure(pool, properties.getObject());
                }
                return bean;
            }
        };
    }

    private static void configure(HikariDataSource pool, UnifiedProperties properties) {
        pool.addDataSourceProperty(
                "options", "-c synchronous_commit=" + properties.notifies().synchronousCommit());
        pool.addDataSourceProperty("prepareThreshold", PREPARED_AT_ONCE);
        pool.addDataSourceProperty("ApplicationName", properties.instance());
        // A commit that waits for its second copy is no silence: that has a limit of its own, before this one.
        pool.addDataSourceProperty(
                "socketTimeout",
                Integer.toString(properties.commitLimitSeconds() + PrimaryAddress.seconds(properties.silence())));
        // All cancels of waits take turns, so that one to a silent primary holds up the rest.
        pool.addDataSourceProperty("cancelSignalTimeout", CANCEL_SECONDS);
    }

    /** Before anything is written, which would wait for standbys that are not there. */
    @Bean
    FlywayMigrationStrategy migrationIfDurable(Durability durability) {
        return flyway -> {
            durability.check();
            flyway.migrate();
        };
    }

    @Bean
    Durability durability(DataSource database, UnifiedProperties properties) {
        return new Durability(database, properties);
    }

    @Bean
    EmergencyStop emergencyStop(ApplicationContext context) {
        return new EmergencyStop(context);
    }

    @Bean
    Subscribers subscribers(UnifiedProperties properties, MeterRegistry meters) {
        return new Subscribers(properties, meters);
    }

    @Bean
    Watchers watchers(UnifiedProperties properties, MeterRegistry meters) {
        return new Watchers(properties.windowLimits(), METERS, meters);
    }

    @Bean
    OwnAddress ownAddress(UnifiedProperties properties) {
        return new OwnAddress(properties.advertisedAddress());
    }

    @Bean
    PrimaryAddress primaryAddress(JdbcConnectionDetails details, UnifiedProperties properties) {
        return new PrimaryAddress(details, properties.silence());
    }

    @Bean
    Members members(
            PrimaryAddress address,
            Watchers watchers,
            EmergencyStop emergencyStop,
            UnifiedProperties properties,
            OwnAddress ownAddress,
            MeterRegistry meters) {
        return new Members(
                address,
                properties.instance(),
                ownAddress.known(),
                properties.membersCheck(),
                emergencyStop,
                watchers::lost,
                meters);
    }

    @Bean
    Windows windows(
            UnifiedProperties properties, Members members, Watchers watchers, Stamps stamps, MeterRegistry meters) {
        return new Windows(properties.retention(), properties.grace(), members::other, watchers, stamps, meters);
    }

    @Bean
    FanOut fanOut(Subscribers subscribers, Windows windows, Stamps stamps, MeterRegistry meters) {
        return new FanOut(
                subscribers,
                windows,
                stamps,
                Counter.builder("hopmeter.unified.dropped")
                        .description("Orders and messages let go as their subscriber's queue was full")
                        .register(meters),
                Subscribers.undeliverable(meters),
                unreadable(meters));
    }

    @Bean
    Gate gate(FanOut fanOut, EmergencyStop emergencyStop, UnifiedProperties properties, MeterRegistry meters) {
        Gate gate = new Gate(
                transaction -> {
                    try {
                        fanOut.pass(transaction);
                    } catch (RuntimeException | Error e) {
                        emergencyStop.because("fan-out", e);
                        throw e;
                    }
                },
                properties.notifies() == Notify.LOCAL,
                properties.gateBytes());
        Gauge.builder("hopmeter.unified.gate.waiting", gate, Gate::size)
                .description("Transactions read from the log whose second copy is not known yet")
                .register(meters);
        return gate;
    }

    @Bean
    Commits commits(Gate gate, UnifiedProperties properties) {
        return new Commits(gate, properties.notifies(), properties.commitLimitSeconds());
    }

    @Bean
    OrderStore orderStore(DataSource database, Commits commits, Fingerprints fingerprints, WireFormat wireFormat) {
        return new SqlOrderStore(database, commits, fingerprints, wireFormat);
    }

    @Bean
    Slot slot(DataSource database, UnifiedProperties properties) {
        return new Slot(database, properties.slot());
    }

    @Bean
    @DependsOnDatabaseInitialization
    Checkpoints checkpoints(DataSource database, UnifiedProperties properties) {
        return new Checkpoints(database, properties.instance(), properties.commitLimitSeconds());
    }

    @Bean
    LogReader logStreamHealthIndicator(
            PrimaryAddress address,
            Checkpoints checkpoints,
            Slot slot,
            Windows windows,
            FanOut fanOut,
            Gate gate,
            EmergencyStop emergencyStop,
            WireFormat wireFormat,
            Stamps stamps,
            EpochClock clock,
            UnifiedProperties properties,
            MeterRegistry meters) {
        Windows.Checkpoint found = new Beginning(slot, checkpoints, properties.slotLost()).find();
        windows.restore(found);
        gate.startFrom(found.position());
        LogDecoder decoder = new LogDecoder(wireFormat, stamps, unreadable(meters), transaction -> {
            fanOut.prepare(transaction);
            gate.read(transaction);
        });
        return new LogReader(
                address,
                decoder,
                gate,
                emergencyStop,
                properties,
                clock,
                Counter.builder("hopmeter.unified.reconnects")
                        .description("Connections to the log that ended")
                        .register(meters));
    }

    @Bean
    Standbys standbys(
            PrimaryAddress address,
            Members members,
            Gate gate,
            EmergencyStop emergencyStop,
            UnifiedProperties properties,
            MeterRegistry meters) {
        return new Standbys(
                address,
                properties.instance(),
                gate,
                emergencyStop,
                () -> members.hasOthers() ? properties.othersPatience() : properties.confirmPatience(),
                properties.reconnectDelay(),
                Counter.builder("hopmeter.unified.standbys.asked")
                        .description("Questions how far the standbys have flushed")
                        .register(meters),
                Counter.builder("hopmeter.unified.standbys.nudged")
                        .description("Flushes that woke senders of the log that may have missed one")
                        .register(meters));
    }

    @Bean
    Upkeep upkeep(
            Windows windows,
            Checkpoints checkpoints,
            LogReader reader,
            Slot slot,
            Durability durability,
            EmergencyStop emergencyStop,
            EpochClock clock,
            UnifiedProperties properties,
            MeterRegistry meters) {
        return new Upkeep(windows, checkpoints, reader, slot, durability, emergencyStop, clock, properties, meters);
    }

    @Bean
    PublishLog publishLog(
            DataSource database,
            Commits commits,
            WireFormat wireFormat,
            EmergencyStop emergencyStop,
            UnifiedProperties properties,
            MeterRegistry meters) {
        return new PublishLog(
                content -> {
                    try (Connection connection = database.getConnection()) {
                        commits.emit(connection, content);
                    }
                },
                wireFormat,
                emergencyStop,
                properties,
                Counter.builder("hopmeter.unified.frames.refused")
                        .description("Published frames that were not accepted")
                        .register(meters),
                DistributionSummary.builder("hopmeter.unified.batch")
                        .description("What one transaction of published frames holds")
                        .baseUnit(BaseUnits.BYTES)
                        .register(meters));
    }

    @Bean
    Forwarding forwarding(UnifiedProperties properties) {
        return new Forwarding(properties.forwardTimeout());
    }

    @Bean
    WindowQueries windowQueries(
            Windows windows,
            Forwarding forwarding,
            Stamps stamps,
            Reception reception,
            EpochClock clock,
            UnifiedProperties properties) {
        return new WindowQueries(windows, forwarding, stamps, reception, clock, properties.windowLimits());
    }

    @Bean
    DeliverySockets<Subscriber> deliverySockets(
            Subscribers subscribers,
            WireFormat wireFormat,
            Stamps stamps,
            UnifiedProperties properties,
            MeterRegistry meters) {
        return new DeliverySockets<>(
                Subscriber.class,
                subscribers::gone,
                wireFormat,
                stamps,
                properties.writeTimeout(),
                properties.ping(),
                Counter.builder("hopmeter.unified.stalled")
                        .description("Subscribers and watchers disconnected as a write or a ping to them got stuck")
                        .register(meters),
                Subscribers.undeliverable(meters));
    }

    private static Counter unreadable(MeterRegistry meters) {
        return Counter.builder("hopmeter.unified.unreadable")
                .description("What is in the log as an order, message or event and is none")
                .register(meters);
    }
}
