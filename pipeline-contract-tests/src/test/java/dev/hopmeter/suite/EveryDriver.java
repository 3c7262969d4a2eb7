package dev.hopmeter.suite;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.load.ConventionalDrivers;
import dev.hopmeter.load.Driver;
import dev.hopmeter.load.Drivers;
import dev.hopmeter.load.Event;
import dev.hopmeter.load.Interest;
import dev.hopmeter.load.Receiver;
import dev.hopmeter.load.UnifiedDrivers;
import dev.hopmeter.stack.HarperNode;
import dev.hopmeter.stack.LocalStack;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that a client of a running backend can do: each event is sent by the driver of its workload, and subscribers are
 * attached by that of what they are told. A driver is made when it is needed first.
 */
final class EveryDriver implements Driver {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Drivers drivers;
    private final Workload orders;
    private final String runId;
    private final Map<Workload, Driver> made = new EnumMap<>(Workload.class);
    private final Map<Integer, Driver> attached = new HashMap<>();
    private @Nullable Receiver receiver;

    /**
     * A driver that has made no other yet.
     *
     * @param orders by which subscribers are told of orders and messages
     */
    EveryDriver(Drivers drivers, Workload orders, String runId) {
        this.drivers = drivers;
        this.orders = orders;
        this.runId = runId;
    }

    /** Of the separate services. */
    static EveryDriver of(LocalStack stack, Workload orders, String runId) {
        return new EveryDriver(
                drivers(
                        folder -> RunningStack.addressesIn(folder, stack),
                        addresses -> ConventionalDrivers.at(
                                EpochClock.system(), addresses, stack.arm().settings())),
                orders,
                runId);
    }

    /** Of the unified service. */
    static EveryDriver of(UnifiedStack stack, Workload orders, String runId) {
        return new EveryDriver(
                drivers(
                        folder -> RunningUnifiedStack.addressesIn(folder, stack),
                        addresses -> UnifiedDrivers.at(EpochClock.system(), addresses)),
                orders,
                runId);
    }

    /** Of a Harper cluster, by those of its nodes. */
    static EveryDriver of(List<HarperNode> nodes, Workload orders, String runId) {
        return new EveryDriver(
                drivers(
                        folder -> RunningHarperStack.addressesIn(folder, nodes),
                        addresses -> UnifiedDrivers.at(EpochClock.system(), addresses)),
                orders,
                runId);
    }

    /** Makes a file in a folder, or something of such a file. */
    @FunctionalInterface
    private interface Step<T> {
        T of(Path file) throws IOException;
    }

    private static Drivers drivers(Step<Path> writing, Step<Drivers> reading) {
        try {
            Path folder = Files.createTempDirectory("hopmeter-contract-");
            Path addresses = writing.of(folder);
            try {
                return reading.of(addresses);
            } finally {
                Files.delete(addresses);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void open(Receiver opened) {
        receiver = opened;
    }

    @Override
    public void attach(int subscriber, Interest interest) throws IOException, InterruptedException {
        Driver driver = of(
                switch (interest) {
                    case Interest.Matching _ -> orders;
                    case Interest.Watching _ -> Workload.FRESHNESS;
                });
        driver.attach(subscriber, interest);
        attached.put(subscriber, driver);
    }

    @Override
    public void detach(int subscriber) {
        Driver driver = attached.remove(subscriber);
        if (driver != null) {
            driver.detach(subscriber);
        }
    }

    @Override
    public boolean ready() throws InterruptedException {
        return of(orders).ready() && of(Workload.POINT_QUERY).ready();
    }

    @Override
    public void send(Event event, Trail trail) {
        of(trail.workload()).send(event, trail);
    }

    @Override
    public void close() {
        made.values().forEach(Driver::close);
    }

    private Driver of(Workload workload) {
        return made.computeIfAbsent(workload, this::make);
    }

    private Driver make(Workload workload) {
        try {
            Driver driver = drivers.of(workload, runId, ANSWER);
            driver.open(Objects.requireNonNull(receiver, "the driver is opened first"));
            return driver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a driver was made", e);
        }
    }
}
