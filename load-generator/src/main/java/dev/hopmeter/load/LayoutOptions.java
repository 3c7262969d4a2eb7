package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.BrokerLayout;
import dev.hopmeter.stack.CdcLayout;
import dev.hopmeter.stack.Compilers;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.HarperHome;
import dev.hopmeter.stack.Layout;
import dev.hopmeter.stack.Service;
import dev.hopmeter.stack.ServiceLayout;
import dev.hopmeter.stack.StackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that starts a stack: how many processes its parts run in, and how these compile. */
final class LayoutOptions {

    private static final int MOST_INSTANCES = 8;

    @Option(
            names = "--brokers",
            paramLabel = "WORD",
            description = "together: three brokers in one process; separate: a process each. Default: together")
    private @Nullable String brokers;

    @Option(
            names = "--services",
            paramLabel = "WORD",
            description = "separate: a process for each service, as they are deployed; together: all in one process,"
                    + " which starts sooner and takes less of few cores. Default: separate")
    private @Nullable String services;

    @Option(
            names = "--cdc",
            paramLabel = "WORD",
            description =
                    "engine: Debezium's engine inside cdc-connector; connect: Debezium's connector in a Kafka Connect"
                            + " worker, in its place. Default: engine")
    private @Nullable String cdc;

    @Option(
            names = "--compilers",
            paramLabel = "WORD",
            description = "first: the stack's JVMs use the first of their two compilers alone, and are warm in seconds;"
                    + " both: warm after minutes on few cores, then much faster, which high rates need. Default: first"
                    + " below eight cores, or else both")
    private @Nullable String compilers;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description = "unified: of its service, 1 to " + MOST_INSTANCES + ". Default: 1")
    private @Nullable Integer instances;

    @Option(
            names = "--harper-home",
            paramLabel = "FOLDER",
            description = "harper: where you have run 'npm install harperdb', which accepts Harper's own licence")
    private @Nullable Path harperHome;

    /**
     * For a stack of that workload, or for all.
     *
     * @throws IllegalArgumentException if a word is unknown, or is for what such a stack does not have
     */
    Layout layout(Backend backend, Optional<Workload> workload) {
        Layout layout = layout().withHarperHome(Optional.ofNullable(harperHome));
        if (backend == Backend.HARPER) {
            withoutHarperHome().ifPresent(option -> {
                throw new IllegalArgumentException(
                        option + " cannot be used here: Harper has three nodes and nothing else");
            });
            checkHarper(harperHome);
            return layout;
        }
        if (harperHome != null) {
            throw new IllegalArgumentException("--harper-home cannot be used here: it is for --backend harper");
        }
        if (backend == Backend.UNIFIED) {
            ofTheConventional().ifPresent(option -> {
                throw new IllegalArgumentException(
                        option + " cannot be used here: the unified backend has one service and no brokers");
            });
            return layout;
        }
        if (instances != null) {
            throw new IllegalArgumentException("--instances cannot be used here: it is for the unified backend");
        }
        if (layout.cdc() == CdcLayout.CONNECT
                && !workload.map(LayoutOptions::isCaptured).orElse(true)) {
            throw new IllegalArgumentException("--cdc connect cannot be used here: no changes are captured in "
                    + workload.map(Workload::word).orElse(""));
        }
        return layout;
    }

    /**
     * Whether a cluster can be started from it.
     *
     * @throws IllegalArgumentException if not; the message says how one is had
     */
    static void checkHarper(@Nullable Path home) {
        if (home == null) {
            throw new IllegalArgumentException("Hopmeter does not come with Harper: " + HarperHome.HOW);
        }
        try {
            HarperHome.in(home);
        } catch (StackException e) {
            throw new IllegalArgumentException("--harper-home: " + e.getMessage(), e);
        }
    }

    /**
     * How long a warm-up may last that was given that option, or none.
     *
     * @param usual with the first compiler alone
     * @throws IllegalArgumentException if it is no time, or {@code --compilers} is unknown
     */
    Duration warmUpAtMost(@Nullable String given, String usual) {
        return RunCommand.duration(
                "--warm-up-at-most", given == null ? layout().compilers() == Compilers.BOTH ? "5m" : usual : given);
    }

    private static boolean isCaptured(Workload workload) {
        return Extent.of(workload).services().contains(Service.CDC);
    }

    private Layout layout() {
        return new Layout(
                brokers == null
                        ? Layout.USUAL.brokers()
                        : of(BrokerLayout.class, brokers)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "--brokers is together or separate, not '" + brokers + "'")),
                services == null
                        ? Layout.USUAL.services()
                        : of(ServiceLayout.class, services)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "--services is separate or together, not '" + services + "'")),
                cdc == null
                        ? Layout.USUAL.cdc()
                        : of(CdcLayout.class, cdc)
                                .orElseThrow(() ->
                                        new IllegalArgumentException("--cdc is engine or connect, not '" + cdc + "'")),
                compilers == null
                        ? Layout.USUAL.compilers()
                        : of(Compilers.class, compilers)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "--compilers is first or both, not '" + compilers + "'")),
                instances(),
                Optional.empty());
    }

    private int instances() {
        if (instances == null) {
            return Layout.USUAL.instances();
        }
        if (instances < 1 || instances > MOST_INSTANCES) {
            throw new IllegalArgumentException("--instances is 1 to " + MOST_INSTANCES + ", not " + instances);
        }
        return instances;
    }

    /** The first of these options that is given. */
    Optional<String> given() {
        return withoutHarperHome().or(() -> Optional.ofNullable(harperHome).map(folder -> "--harper-home"));
    }

    private Optional<String> withoutHarperHome() {
        return ofTheConventional()
                .or(() -> Optional.ofNullable(compilers).map(word -> "--compilers"))
                .or(() -> Optional.ofNullable(instances).map(number -> "--instances"));
    }

    /** The first that is given of those that only the conventional backend has. */
    private Optional<String> ofTheConventional() {
        return Stream.of(
                        Optional.ofNullable(brokers).map(word -> "--brokers"),
                        Optional.ofNullable(services).map(word -> "--services"),
                        Optional.ofNullable(cdc).map(word -> "--cdc"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static <E extends Enum<E>> Optional<E> of(Class<E> layouts, String word) {
        return Arrays.stream(layouts.getEnumConstants())
                .filter(layout -> layout.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst();
    }
}
