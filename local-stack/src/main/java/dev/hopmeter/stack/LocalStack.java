package dev.hopmeter.stack;

import dev.hopmeter.contract.EpochClock;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
 * The conventional pipeline on this machine, or the part of it that the plan says: Postgres, three brokers, Redis and the
 * services' jars, in the processes that the plan says, on loopback and on free ports, in one {@link StackFolder}. Thread-safe.
 */
public final class LocalStack implements StartedStack {

    private final StackFolder folder;
    private final StackPlan plan;
    private final Optional<PostgresPart> postgres;
    private final BrokersPart brokers;
    private final Optional<RedisPart> redis;
    private final Map<Service, List<ServicePart>> services;
    private final Optional<ConnectPart> connect;

    private LocalStack(
            StackFolder folder,
            StackPlan plan,
            Optional<PostgresPart> postgres,
            BrokersPart brokers,
            Optional<RedisPart> redis,
            Map<Service, List<ServicePart>> services,
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
        for (Service service : Service.values()) {
            if (plan.instances(service) > 0 && !Files.isRegularFile(plan.jar(service))) {
                throw new StackException(service.word() + " is not built: there is no " + plan.jar(service));
            }
        }
        if (plan.hasConnectWorker()) {
            ConnectPart.checkBuilt(plan.connectJar());
        }
        plan.arm().check(plan.layout());
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
        Map<Service, List<URI>> urls = new EnumMap<>(Service.class);
        services.forEach((service, instances) ->
                urls.put(service, instances.stream().map(ServicePart::url).toList()));
        connect.ifPresent(part -> urls.put(Service.CDC, List.of(part.url())));
        return new Addresses(
                Map.copyOf(urls),
                postgres.map(PostgresPart::database),
                brokers.bootstrapServers(),
                redis.map(RedisPart::url));
    }

    public Arm arm() {
        return plan.arm();
    }

    /** The folder that everything writes to. */
    @Override
    public Path folder() {
        return folder.path();
    }

    /** @throws IllegalStateException if this stack has none */
    public PostgresPart postgres() {
        return postgres.orElseThrow(() -> new IllegalStateException("Postgres is not part of this stack"));
    }

    public BrokersPart brokers() {
        return brokers;
    }

    /** @throws IllegalStateException if this stack has none */
    public RedisPart redis() {
        return redis.orElseThrow(() -> new IllegalStateException("Redis is not part of this stack"));
    }

    /**
     * The first instance of that service.
     *
     * @throws IllegalStateException if this stack has none
     */
    public ServicePart service(Service service) {
        List<ServicePart> instances = instances(service);
        if (instances.isEmpty()) {
            throw new IllegalStateException(service.word() + " is not part of this stack");
        }
        return instances.getFirst();
    }

    /** Every instance of that service. */
    public List<ServicePart> instances(Service service) {
        return services.getOrDefault(service, List.of());
    }

    /** The worker that is there in place of {@code cdc-connector}, if the plan says so. */
    public Optional<ConnectPart> connect() {
        return connect;
    }

    /** The process id of each part that was started, Postgres's by its first process. */
    @Override
    public Map<String, Long> pids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        children().forEach(child -> pids.put(child.name(), child.pid()));
        return pids;
    }

    /**
     * What of it has ended though nobody asked for that, with its last five log lines, or a connector that has failed in a
     * worker that goes on. Asks the worker, for some seconds at most.
     */
    @Override
    public Optional<String> failure() {
        return folder.lost(children()).or(() -> connect.flatMap(ConnectPart::failure));
    }

    private List<Child> children() {
        Set<Child> children = new LinkedHashSet<>();
        postgres.flatMap(PostgresPart::child).ifPresent(children::add);
        children.addAll(brokers.children());
        redis.flatMap(RedisPart::child).ifPresent(children::add);
        services.values()
                .forEach(instances -> instances.forEach(part -> part.child().ifPresent(children::add)));
        connect.flatMap(ConnectPart::child).ifPresent(children::add);
        return List.copyOf(children);
    }

    /** Stops the services together, then the rest, and removes the folder; see {@link StackFolder#close()}. */
    @Override
    public void close() {
        folder.close();
    }

    /**
     * One instance of a service.
     *
     * @param number from 1
     */
    private record Instance(Service service, int number) {

        String name() {
            return number == 1 ? service.word() : service.word() + "-" + number;
        }
    }

    /** One start, with what is known of it so far. */
    private static final class Start {

        private final StackFolder folder;
        private final StackPlan plan;
        private final StartListener listener;
        private final EpochClock clock = EpochClock.system();
        private final long beginning = clock.nanos();
        private final Map<Instance, ServicePart> services = new LinkedHashMap<>();
        private Optional<ConnectPart> connect = Optional.empty();

        Start(StackFolder folder, StackPlan plan, StartListener listener) {
            this.folder = folder;
            this.plan = plan;
            this.listener = listener;
        }

        LocalStack run() throws InterruptedException {
            ExecutorService threads = Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().daemon().name("stack-start-", 0).factory());
            try {
                Bases bases = bases(threads);
                List<CompletableFuture<?>> boots = plan.layout().services() == ServiceLayout.SEPARATE
                        ? separately(bases, threads)
                        : together(bases, threads);
                if (plan.hasConnectWorker()) {
                    boots.add(bases.postgres().thenAcceptBothAsync(bases.brokers(), this::bootConnect, threads));
                }
                await(boots);
                return new LocalStack(
                        folder,
                        plan,
                        bases.postgres().join(),
                        bases.brokers().join(),
                        bases.redis().join(),
                        instances(),
                        connect);
            } finally {
                threads.shutdown();
            }
        }

        private Bases bases(ExecutorService threads) {
            Arm arm = plan.arm();
            return new Bases(
                    started(
                            plan.extent().needsPostgres(),
                            "postgres",
                            () -> PostgresPart.start(folder, arm.postgres()),
                            threads),
                    CompletableFuture.supplyAsync(
                            () -> timed(
                                    "brokers",
                                    () -> BrokersPart.start(
                                            folder,
                                            arm.brokers(),
                                            plan.layout().compilers().with(arm.brokerFlags()),
                                            plan.layout().brokers())),
                            threads),
                    started(plan.extent().needsRedis(), "redis", () -> RedisPart.start(folder, arm.redis()), threads));
        }

        private <T> CompletableFuture<Optional<T>> started(
                boolean needed, String part, Supplier<T> start, ExecutorService threads) {
            return needed
                    ? CompletableFuture.supplyAsync(() -> Optional.of(timed(part, start)), threads)
                    : CompletableFuture.completedFuture(Optional.empty());
        }

        private List<Instance> planned() {
            List<Instance> planned = new ArrayList<>();
            for (Service service : Service.values()) {
                for (int number = 1; number <= plan.instances(service); number++) {
                    planned.add(new Instance(service, number));
                }
            }
            return planned;
        }

        /** Each service in a process of its own, as soon as what it needs is ready. */
        private List<CompletableFuture<?>> separately(Bases bases, ExecutorService threads) {
            List<CompletableFuture<?>> boots = new ArrayList<>(List.of(bases.all()));
            for (Instance instance : planned()) {
                boots.add(bases.addressesFor(instance.service())
                        .thenAcceptAsync(addresses -> boot(instance, addresses), threads));
            }
            return boots;
        }

        /** One process for all services, once everything that any of them needs is ready. */
        private List<CompletableFuture<?>> together(Bases bases, ExecutorService threads) {
            List<Instance> planned = planned();
            CompletableFuture<Void> launched = bases.all()
                    .thenRunAsync(
                            () -> {
                                List<ServicePart> parts = planned.stream()
                                        .map(instance -> prepare(
                                                instance,
                                                bases.addressesFor(instance.service())
                                                        .join()))
                                        .toList();
                                if (!parts.isEmpty()) {
                                    ServicePart.launchTogether(
                                            folder,
                                            parts,
                                            plan.layout()
                                                    .compilers()
                                                    .with(plan.arm().sharedServiceFlags()));
                                }
                            },
                            threads);
            List<CompletableFuture<?>> boots = new ArrayList<>(List.of(launched));
            for (Instance instance : planned) {
                boots.add(launched.thenRunAsync(
                        () -> timed(instance.name(), () -> {
                            ServicePart part = prepared(instance);
                            part.awaitReady();
                            return part;
                        }),
                        threads));
            }
            return boots;
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

        private void boot(Instance instance, Map<String, String> addresses) {
            timed(instance.name(), () -> {
                ServicePart part = prepare(instance, addresses);
                part.boot();
                return part;
            });
        }

        private void bootConnect(Optional<PostgresPart> postgres, BrokersPart brokers) {
            timed(ConnectPart.WORD, () -> {
                Arm arm = plan.arm();
                ConnectPart part = ConnectPart.prepare(
                        folder,
                        plan.connectJar(),
                        postgres.orElseThrow(),
                        brokers,
                        arm.connectWorker(),
                        arm.connector(),
                        plan.layout().compilers().with(arm.connectWorkerFlags()));
                synchronized (services) {
                    connect = Optional.of(part);
                }
                folder.stopsWith(this::stopServices);
                part.boot();
                return part;
            });
        }

        private ServicePart prepare(Instance instance, Map<String, String> addresses) {
            Service service = instance.service();
            Map<String, String> properties = new LinkedHashMap<>(plan.extent().propertiesOf(service));
            if (service == Service.AGGREGATOR) {
                // Two instances on one machine cannot share one, and it stays over a restart.
                properties.put(
                        "spring.kafka.streams.state-dir",
                        folder.folder(instance.name()).resolve("state").toString());
            }
            properties.putAll(plan.arm().service(service));
            properties.putAll(addresses);
            ServicePart part = ServicePart.prepare(
                    folder,
                    instance.name(),
                    plan.jar(service),
                    properties,
                    plan.layout().compilers().with(plan.arm().serviceFlags(service)),
                    service == Service.ORDER ? plan.orderPort() : OptionalInt.empty());
            hold(instance, part);
            return part;
        }

        private ServicePart prepared(Instance instance) {
            synchronized (services) {
                ServicePart part = services.get(instance);
                if (part == null) {
                    throw new IllegalStateException(instance.name() + " is not prepared");
                }
                return part;
            }
        }

        private Map<Service, List<ServicePart>> instances() {
            Map<Service, List<ServicePart>> instances = new EnumMap<>(Service.class);
            for (Instance instance : planned()) {
                instances
                        .computeIfAbsent(instance.service(), none -> new ArrayList<>())
                        .add(prepared(instance));
            }
            return instances;
        }

        /** The first one has them all stopped at once at the close, which is before what they use is. */
        private void hold(Instance instance, ServicePart part) {
            synchronized (services) {
                services.put(instance, part);
            }
            folder.stopsWith(this::stopServices);
        }

        private <T> T timed(String part, Supplier<T> start) {
            long from = clock.nanos();
            T started = start.get();
            long now = clock.nanos();
            listener.ready(part, Duration.ofNanos(now - beginning), Duration.ofNanos(now - from));
            return started;
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
    }

    /** What services stand on, each as soon as it is ready. */
    private record Bases(
            CompletableFuture<Optional<PostgresPart>> postgres,
            CompletableFuture<BrokersPart> brokers,
            CompletableFuture<Optional<RedisPart>> redis) {

        CompletableFuture<Void> all() {
            return CompletableFuture.allOf(postgres, brokers, redis);
        }

        /** The addresses of what that service needs, once all of it is ready. */
        CompletableFuture<Map<String, String>> addressesFor(Service service) {
            CompletableFuture<Map<String, String>> database = postgres.thenApply(Bases::database);
            CompletableFuture<Map<String, String>> kafka =
                    brokers.thenApply(them -> Map.of("spring.kafka.bootstrap-servers", them.bootstrapServers()));
            CompletableFuture<Map<String, String>> cache = redis.thenApply(Bases::cache);
            return switch (service) {
                case ORDER -> database;
                case CDC -> database.thenCombine(kafka, Bases::joined);
                case ROUTER, NOTIFIER -> cache.thenCombine(kafka, Bases::joined);
                case AGGREGATOR -> kafka;
            };
        }

        private static Map<String, String> database(Optional<PostgresPart> postgres) {
            return postgres.map(it -> Map.of(
                            "spring.datasource.url", it.jdbcUrl(),
                            "spring.datasource.username", it.username(),
                            "spring.datasource.password", it.password()))
                    .orElse(Map.of());
        }

        private static Map<String, String> cache(Optional<RedisPart> redis) {
            return redis.map(it -> Map.of("spring.data.redis.url", it.url())).orElse(Map.of());
        }

        private static Map<String, String> joined(Map<String, String> some, Map<String, String> others) {
            Map<String, String> all = new LinkedHashMap<>(some);
            all.putAll(others);
            return all;
        }
    }
}
