package dev.hopmeter.stack;

import dev.hopmeter.contract.EpochClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The whole conventional pipeline on this machine: Postgres, three brokers, Redis and the services' jars, in the
 * processes that the plan says, on loopback and on free ports, in one {@link StackFolder}. Thread-safe.
 */
public final class LocalStack implements AutoCloseable {

    private final StackFolder folder;
    private final StackPlan plan;
    private final PostgresPart postgres;
    private final BrokersPart brokers;
    private final RedisPart redis;
    private final Map<Service, ServicePart> services;
    private final Optional<ConnectPart> connect;

    private LocalStack(
            StackFolder folder,
            StackPlan plan,
            PostgresPart postgres,
            BrokersPart brokers,
            RedisPart redis,
            Map<Service, ServicePart> services,
            Optional<ConnectPart> connect) {
        this.folder = folder;
        this.plan = plan;
        this.postgres = postgres;
        this.brokers = brokers;
        this.redis = redis;
        this.services = new EnumMap<>(services);
        this.connect = connect;
    }

    /**
     * Starts everything, each part as soon as those that it needs are ready; blocks until every service is.
     *
     * @throws StackException if a part does not start; everything else is stopped by then, and nothing left behind
     * @throws InterruptedException likewise, if the calling thread is interrupted meanwhile
     */
    public static LocalStack start(StackPlan plan, StartListener listener) throws InterruptedException {
        for (Service service : plan.services()) {
            if (!Files.isRegularFile(plan.jar(service))) {
                throw new StackException(service.word() + " is not built: there is no " + plan.jar(service));
            }
        }
        if (plan.layout().cdc() == CdcLayout.CONNECT) {
            ConnectPart.checkBuilt(plan.connectJar());
        }
        if (plan.layout().services() == ServiceLayout.TOGETHER) {
            plan.arm().checkFlagsForSharedServices();
        }
        plan.orderPort().ifPresent(port -> {
            if (!Ports.isFree(port)) {
                throw new StackException("port " + port + " for order-service is taken");
            }
        });
        StackFolder folder = plan.parent().map(StackFolder::create).orElseGet(StackFolder::create);
        try {
            return new Start(folder, plan, listener).run();
        } catch (RuntimeException | InterruptedException e) {
            try {
                folder.close();
            } catch (StackException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    public Addresses addresses() {
        return new Addresses(
                service(Service.ORDER).url(),
                connect.map(ConnectPart::url)
                        .orElseGet(() -> service(Service.CDC).url()),
                service(Service.ROUTER).url(),
                service(Service.AGGREGATOR).url(),
                service(Service.NOTIFIER).url(),
                postgres.jdbcUrl(),
                postgres.username(),
                postgres.password(),
                brokers.bootstrapServers(),
                redis.url());
    }

    public Arm arm() {
        return plan.arm();
    }

    /** The folder that everything writes to. */
    public Path folder() {
        return folder.path();
    }

    public PostgresPart postgres() {
        return postgres;
    }

    public BrokersPart brokers() {
        return brokers;
    }

    public RedisPart redis() {
        return redis;
    }

    public ServicePart service(Service service) {
        ServicePart part = services.get(service);
        if (part == null) {
            throw new IllegalStateException(service + " is not part of this stack");
        }
        return part;
    }

    /** The worker that is there in place of {@code cdc-connector}, if the plan says so. */
    public Optional<ConnectPart> connect() {
        return connect;
    }

    /** The process id of each part that was started, Postgres's by its first process. */
    public Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        children().forEach(child -> pids.put(child.name(), child.pid()));
        return pids;
    }

    /** What of it has ended though nobody asked for that, with its last five log lines. */
    public Optional<String> failure() {
        return children().stream()
                .filter(Child::isLost)
                .findFirst()
                .map(child -> child.name() + " has ended" + Child.lastLines(folder.log(child.name()), 5));
    }

    private List<Child> children() {
        Set<Child> children = new LinkedHashSet<>();
        postgres.child().ifPresent(children::add);
        children.addAll(brokers.children());
        redis.child().ifPresent(children::add);
        services.values().forEach(part -> part.child().ifPresent(children::add));
        connect.flatMap(ConnectPart::child).ifPresent(children::add);
        return List.copyOf(children);
    }

    /** Stops the services together, then the rest, and removes the folder; see {@link StackFolder#close()}. */
    @Override
    public void close() {
        folder.close();
    }

    /** One start, with what is known of it so far. */
    private static final class Start {

        private final StackFolder folder;
        private final StackPlan plan;
        private final StartListener listener;
        private final EpochClock clock = EpochClock.system();
        private final long beginning = clock.nanos();
        private final Map<Service, ServicePart> services = new EnumMap<>(Service.class);
        private Optional<ConnectPart> connect = Optional.empty();

        Start(StackFolder folder, StackPlan plan, StartListener listener) {
            this.folder = folder;
            this.plan = plan;
            this.listener = listener;
        }

        LocalStack run() throws InterruptedException {
            Arm arm = plan.arm();
            ExecutorService threads = Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().daemon().name("stack-start-", 0).factory());
            try {
                CompletableFuture<PostgresPart> postgres = CompletableFuture.supplyAsync(
                        () -> timed("postgres", () -> PostgresPart.start(folder, arm.postgres())), threads);
                CompletableFuture<BrokersPart> brokers = CompletableFuture.supplyAsync(
                        () -> timed(
                                "brokers",
                                () -> BrokersPart.start(
                                        folder,
                                        arm.brokers(),
                                        arm.brokerFlags(),
                                        plan.layout().brokers())),
                        threads);
                CompletableFuture<RedisPart> redis = CompletableFuture.supplyAsync(
                        () -> timed("redis", () -> RedisPart.start(folder, arm.redis())), threads);
                List<CompletableFuture<?>> parts = new ArrayList<>(
                        plan.layout().services() == ServiceLayout.SEPARATE
                                ? separately(postgres, brokers, redis, threads)
                                : together(postgres, brokers, redis, threads));
                if (plan.layout().cdc() == CdcLayout.CONNECT) {
                    parts.add(postgres.thenAcceptBothAsync(brokers, this::bootConnect, threads));
                }
                await(parts);
                return new LocalStack(folder, plan, postgres.join(), brokers.join(), redis.join(), services, connect);
            } finally {
                threads.shutdown();
            }
        }

        /** Each service in a process of its own, as soon as what it needs is ready. */
        private List<CompletableFuture<?>> separately(
                CompletableFuture<PostgresPart> postgres,
                CompletableFuture<BrokersPart> brokers,
                CompletableFuture<RedisPart> redis,
                ExecutorService threads) {
            List<CompletableFuture<?>> parts = new ArrayList<>(List.of(
                    postgres.thenAcceptAsync(it -> boot(Service.ORDER, database(it)), threads),
                    redis.thenAcceptBothAsync(
                            brokers, (it, them) -> boot(Service.ROUTER, joined(cache(it), kafka(them))), threads),
                    redis.thenAcceptBothAsync(
                            brokers, (it, them) -> boot(Service.NOTIFIER, joined(cache(it), kafka(them))), threads),
                    brokers.thenAcceptAsync(them -> boot(Service.AGGREGATOR, kafka(them)), threads)));
            if (plan.layout().cdc() == CdcLayout.ENGINE) {
                parts.add(postgres.thenAcceptBothAsync(
                        brokers, (it, them) -> boot(Service.CDC, joined(database(it), kafka(them))), threads));
            }
            return parts;
        }

        /** One process for all services, once everything that any of them needs is ready. */
        private List<CompletableFuture<?>> together(
                CompletableFuture<PostgresPart> postgres,
                CompletableFuture<BrokersPart> brokers,
                CompletableFuture<RedisPart> redis,
                ExecutorService threads) {
            List<String> flags = plan.arm().sharedServiceFlags();
            CompletableFuture<Void> launched = CompletableFuture.allOf(postgres, brokers, redis)
                    .thenRunAsync(
                            () -> {
                                Map<String, String> addresses = joined(
                                        joined(database(postgres.join()), kafka(brokers.join())), cache(redis.join()));
                                List<ServicePart> parts = plan.services().stream()
                                        .map(service -> prepare(service, addresses))
                                        .toList();
                                ServicePart.launchTogether(folder, parts, flags);
                            },
                            threads);
            return plan.services().stream()
                    .<CompletableFuture<?>>map(service -> launched.thenRunAsync(
                            () -> timed(service.word(), () -> {
                                ServicePart part = prepared(service);
                                part.awaitReady();
                                return part;
                            }),
                            threads))
                    .toList();
        }

        /** Waits for all, or for the first that fails. */
        private static void await(List<CompletableFuture<?>> parts) throws InterruptedException {
            CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
            CompletableFuture<Void> failed = new CompletableFuture<>();
            for (CompletableFuture<?> part : parts) {
                var _ = part.exceptionally(failure -> {
                    failed.completeExceptionally(failure);
                    return null;
                });
            }
            try {
                CompletableFuture.anyOf(all, failed).get();
            } catch (ExecutionException e) {
                Throwable cause =
                        e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
                if (cause instanceof StackException failure) {
                    throw failure;
                }
                throw new StackException("the stack does not start: " + cause, e);
            }
        }

        private <T> T timed(String part, Supplier<T> start) {
            long from = clock.nanos();
            T started = start.get();
            long now = clock.nanos();
            listener.ready(part, Duration.ofNanos(now - beginning), Duration.ofNanos(now - from));
            return started;
        }

        private void boot(Service service, Map<String, String> addresses) {
            timed(service.word(), () -> {
                ServicePart part = prepare(service, addresses);
                part.boot();
                return part;
            });
        }

        private void bootConnect(PostgresPart postgres, BrokersPart brokers) {
            timed(ConnectPart.WORD, () -> {
                Arm arm = plan.arm();
                ConnectPart part = ConnectPart.prepare(
                        folder,
                        plan.connectJar(),
                        postgres,
                        brokers,
                        arm.connectWorker(),
                        arm.connector(),
                        arm.connectWorkerFlags());
                synchronized (services) {
                    connect = Optional.of(part);
                }
                folder.stopsWith(this::stopServices);
                part.boot();
                return part;
            });
        }

        private ServicePart prepare(Service service, Map<String, String> addresses) {
            Map<String, String> properties = new LinkedHashMap<>(plan.arm().service(service));
            properties.putAll(addresses);
            ServicePart part = ServicePart.prepare(
                    folder,
                    service.word(),
                    plan.jar(service),
                    properties,
                    plan.arm().serviceFlags(service),
                    service == Service.ORDER ? plan.orderPort() : OptionalInt.empty());
            hold(service, part);
            return part;
        }

        private ServicePart prepared(Service service) {
            synchronized (services) {
                return Objects.requireNonNull(services.get(service));
            }
        }

        /** The first one has them all stopped at once at the close, which is before what they use is. */
        private void hold(Service service, ServicePart part) {
            synchronized (services) {
                services.put(service, part);
            }
            folder.stopsWith(this::stopServices);
        }

        private void stopServices() {
            List<Runnable> all = new ArrayList<>();
            synchronized (services) {
                services.values().forEach(part -> all.add(part::stop));
                connect.ifPresent(part -> all.add(part::stop));
            }
            List<Thread> stops = all.stream()
                    .map(stop -> Thread.ofPlatform().name("stack-stop").start(stop))
                    .toList();
            for (Thread stop : stops) {
                try {
                    stop.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new StackException("interrupted while the services were stopped", e);
                }
            }
        }

        private static Map<String, String> database(PostgresPart postgres) {
            return Map.of(
                    "spring.datasource.url", postgres.jdbcUrl(),
                    "spring.datasource.username", postgres.username(),
                    "spring.datasource.password", postgres.password());
        }

        private static Map<String, String> kafka(BrokersPart brokers) {
            return Map.of("spring.kafka.bootstrap-servers", brokers.bootstrapServers());
        }

        private static Map<String, String> cache(RedisPart redis) {
            return Map.of("spring.data.redis.url", redis.url());
        }

        private static Map<String, String> joined(Map<String, String> some, Map<String, String> others) {
            Map<String, String> all = new LinkedHashMap<>(some);
            all.putAll(others);
            return all;
        }
    }
}
