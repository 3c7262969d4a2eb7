package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Layout;
import dev.hopmeter.stack.Service;
import dev.hopmeter.stack.UnifiedStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hopmeter up}: a stack that stays until it is interrupted. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the stack and keeps it until Ctrl-C.",
            "",
            "Prints the addresses of its parts, and writes them to a file that only you can read, for 'hopmeter run"
                    + " --at'. Its page puts a load on it and shows, hop by hop, where the time goes."
        },
        footer = {
            "",
            "Examples:",
            "  hopmeter up",
            "  hopmeter up --backend unified",
            "  hopmeter up --backend conventional,unified             both, to switch between on the page",
            "  hopmeter up --arm shipped --order-port 8081 --addresses stack.json"
        })
final class UpCommand implements Callable<Integer> {

    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final EpochClock clock;
    private final Stacks stacks;
    private final PrintWriter out;
    private final PrintWriter err;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--backend",
            paramLabel = "WORDS",
            split = ",",
            defaultValue = "conventional",
            description =
                    "conventional: the separate services; unified: one service on one replicated engine; harper: the"
                            + " cluster of --harper-home; or several with commas. Default: ${DEFAULT-VALUE}")
    private List<String> backends = List.of();

    @Option(
            names = "--arm",
            paramLabel = "NAME|FILE",
            description =
                    "configuration: shipped, strong, strong-flush, strong-exactly-once; of unified: quorum, local; of"
                            + " harper: confirmed, local;"
                            + " or a file of your own. Default: strong, and quorum for unified")
    private @Nullable String arm;

    @Mixin
    private LayoutOptions layoutOptions = new LayoutOptions();

    @Option(
            names = "--workload",
            paramLabel = "WORD",
            description = "only what that workload needs; unified has one service for all. Default: every service")
    private @Nullable String workload;

    @Option(
            names = "--order-port",
            paramLabel = "PORT",
            description = "the port of the service that takes orders. Default: any that is free")
    private @Nullable Integer orderPort;

    @Option(
            names = "--addresses",
            paramLabel = "FILE",
            description =
                    "where the addresses are written, with passwords, for the owner alone; removed at the end, but not"
                            + " after a kill -9. Default: a file in the stack's own folder")
    private @Nullable Path addresses;

    @Mixin
    private PageOptions pageOptions = new PageOptions();

    UpCommand(EpochClock clock, Stacks stacks, PrintWriter out, PrintWriter err) {
        this.clock = clock;
        this.stacks = stacks;
        this.out = out;
        this.err = err;
    }

    /** A stack that is to be. */
    private record Planned(Stacks.Configuration configuration, Layout layout, Extent extent) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<Workload> only;
        List<Planned> planned = new ArrayList<>();
        try {
            List<Backend> chosen =
                    backends.stream().map(RunCommand::backend).distinct().toList();
            only = Optional.ofNullable(workload).map(UpCommand::workload);
            refuseForSeveral(chosen);
            for (Backend backend : chosen) {
                planned.add(plan(backend, only));
            }
            checkPort();
            checkAddresses();
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
        Progress progress = new ConsoleProgress(err, RunCommand.terminal());
        List<Stacks.Running> stacks = new ArrayList<>();
        Map<Path, String> files = new LinkedHashMap<>();
        try (LivePage page = page()) {
            long start = clock.nanos();
            for (Planned each : planned) {
                Stacks.Running stack = this.stacks.start(
                        each.configuration(), each.layout(), each.extent(), RunCommand.port(orderPort), progress);
                stacks.add(stack);
                Path file = addresses == null ? stack.folder().resolve("addresses.json") : addresses;
                stack.endpoints().writeTo(file);
                files.put(file, Files.readString(file));
                print(stack.endpoints(), file.toAbsolutePath(), Duration.ofNanos(clock.nanos() - start));
            }
            return page == null ? keep(stacks) : keep(stacks, page, only);
        } finally {
            stacks.reversed().forEach(Stacks.Running::close);
            for (Map.Entry<Path, String> file : files.entrySet()) {
                removeOwn(file.getKey(), file.getValue());
            }
        }
    }

    /** Unless another stack has written its addresses there meanwhile. */
    private static void removeOwn(Path file, String written) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(written)) {
            Files.delete(file);
        }
    }

    private Planned plan(Backend backend, Optional<Workload> only) throws IOException {
        if (backend == Backend.IN_MEMORY) {
            throw new IllegalArgumentException("--backend in-memory has no stack to keep");
        }
        Layout layout = layoutOptions.layout(backend, only);
        Extent extent = only.map(Extent::of).orElse(Extent.WHOLE);
        if (orderPort != null
                && backend == Backend.CONVENTIONAL
                && !extent.services().contains(Service.ORDER)) {
            throw new IllegalArgumentException(
                    "--order-port cannot be used here: no service takes orders in " + workload);
        }
        return new Planned(stacks.arm(backend, arm == null ? Arm.usual(backend) : arm, only, layout), layout, extent);
    }

    private void refuseForSeveral(List<Backend> chosen) {
        String why = "there is one for each of several backends";
        RunCommand.refuseIf(chosen.size() > 1 && arm != null, "--arm", why);
        RunCommand.refuseIf(chosen.size() > 1 && orderPort != null, "--order-port", why);
        RunCommand.refuseIf(chosen.size() > 1 && addresses != null, "--addresses", why);
    }

    private @Nullable LivePage page() {
        try {
            return pageOptions.serve(clock).orElse(null);
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.of(spec, e);
        }
    }

    private int keep(List<Stacks.Running> stacks, LivePage page, Optional<Workload> only) throws IOException {
        Map<Backend, SteadyLoad.Opened> opened = new EnumMap<>(Backend.class);
        Map<Backend, String> arms = new EnumMap<>(Backend.class);
        List<LoadSwitch.Offer> offers = new ArrayList<>();
        for (Stacks.Running stack : stacks) {
            Endpoints endpoints = stack.endpoints();
            Backend backend = endpoints.backend();
            opened.put(backend, SteadyLoad.at(endpoints, clock));
            arms.put(backend, endpoints.arm());
            offers.add(new LoadSwitch.Offer(backend.word(), endpoints.arm(), LoadSwitch.workloads(backend, only)));
        }
        PageView view = new PageView(clock, page::watched, plan -> arms.getOrDefault(plan.backend(), ""));
        page.show(view);
        try (LoadSwitch loads = new LoadSwitch(clock, err, opened, offers, view)) {
            page.switches(loads);
            out.println("Put a load on it and watch it at " + page.address());
            out.flush();
            return keep(stacks);
        }
    }

    private static Workload workload(String word) {
        return Workload.of(word)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no workload '" + word + "'; there are " + String.join(", ", Workload.words())));
    }

    private int keep(List<Stacks.Running> stacks) throws IOException {
        try {
            while (true) {
                Thread.sleep(GLANCE);
                for (Stacks.Running stack : stacks) {
                    Optional<String> failure = stack.failure();
                    if (failure.isPresent()) {
                        throw new IOException(failure.get());
                    }
                }
            }
        } catch (InterruptedException e) {
            err.println("stopping the stack");
            return Hopmeter.INTERRUPTED;
        }
    }

    private void print(Endpoints endpoints, Path file, Duration length) {
        out.println("The " + endpoints.backend().word() + " stack is up after " + length.toSeconds() + " s, arm "
                + endpoints.arm() + ". Ctrl-C stops it.");
        out.println();
        switch (endpoints) {
            case ConventionalEndpoints conventional -> print(conventional);
            case UnifiedEndpoints unified -> print(unified);
            case HarperEndpoints harper -> harper.harperNodes().forEach(at -> print("Harper, node", at));
        }
        out.println();
        out.println("With their passwords in " + file);
        out.println("Drive it with: hopmeter run --at " + file);
        out.flush();
    }

    private void print(UnifiedEndpoints endpoints) {
        String user = "  (user " + endpoints.postgresUser().orElse("?") + ")";
        endpoints.unifiedServices().forEach(at -> print(UnifiedStack.SERVICE, at));
        endpoints.postgresUrl().ifPresent(at -> print("Postgres, primary", at + user));
        endpoints.postgresStandbyUrls().forEach(at -> print("Postgres, standby", at + user));
    }

    private void print(ConventionalEndpoints endpoints) {
        endpoints.orderService().ifPresent(at -> print("order-service", at));
        endpoints.cdcConnector().ifPresent(at -> print("cdc-connector", at));
        endpoints.connectWorker().ifPresent(at -> print("connect-worker", withoutPassword(at.toString())));
        endpoints.routerService().ifPresent(at -> print("router-service", at));
        endpoints.aggregatorServices().forEach(at -> print("aggregator-service", at));
        endpoints.notifierService().ifPresent(at -> print("notifier-service", at));
        print("Kafka", endpoints.kafka());
        endpoints
                .postgresUrl()
                .ifPresent(at -> print(
                        "Postgres", at + "  (user " + endpoints.postgresUser().orElse("?") + ")"));
        endpoints.redisUrl().ifPresent(at -> print("Redis", withoutPassword(at)));
    }

    private static String withoutPassword(String address) {
        return address.replaceAll("://.*@", "://");
    }

    private void print(String part, Object at) {
        out.println(String.format(Locale.ROOT, "  %-20s%s", part, at));
    }

    private void checkPort() {
        if (orderPort == null) {
            return;
        }
        if (orderPort < 1 || orderPort > 65_535) {
            throw new IllegalArgumentException("--order-port is 1 to 65535, not " + orderPort);
        }
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress("127.0.0.1", orderPort));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--order-port: port " + orderPort + " is taken; without the option a free one is found", e);
        }
    }

    /** Before the stack starts: what is overwritten holds addresses already. */
    private void checkAddresses() throws IOException {
        if (addresses == null) {
            return;
        }
        Path above = addresses.toAbsolutePath().getParent();
        if (above == null || !Files.isWritable(above)) {
            throw new IOException("--addresses: no file can be written to " + above);
        }
        if (Files.exists(addresses)) {
            try {
                Endpoints.readFrom(addresses);
            } catch (IOException e) {
                throw new IOException("--addresses: there is something else already; " + e.getMessage(), e);
            }
        }
    }
}
