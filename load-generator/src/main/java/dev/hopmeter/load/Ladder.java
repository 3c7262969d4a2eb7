package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.CdcLayout;
import dev.hopmeter.stack.Extent;
import dev.hopmeter.stack.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The way from one arm to another, one knob at a time: the first rung is the one arm, each further rung has one property more
 * as the other arm has it, or has it no more where the other arm does not set it, and the last is the other arm, as far as
 * the workload's stack is concerned. What has no part in any latency is no step of the way: the first rung has it as the other
 * arm already.
 *
 * @param rungs in order
 * @param apart what differs without a part in any latency
 */
record Ladder(List<Rung> rungs, List<Change> apart) {

    /** Knobs whose effect builds on the one before; others follow in alphabetical order. */
    private static final List<String> ORDER = List.of(
            "cdc-connector.hopmeter.cdc.poll-interval",
            "cdc-connector.hopmeter.cdc.max-batch-size",
            "cdc-connector.hopmeter.cdc.read-patience",
            "cdc-connector.spring.kafka.producer.properties.linger.ms",
            "connect.connector.poll.interval.ms",
            "connect.connector.max.batch.size",
            "connect.connector.driver.socketFactoryArg",
            "connect.worker.producer.linger.ms",
            "publisher.linger.ms",
            "aggregator-service.spring.kafka.streams.properties.producer.linger.ms",
            "aggregator-service.spring.kafka.streams.properties.statestore.cache.max.bytes",
            "aggregator-service.spring.kafka.streams.properties.commit.interval.ms");

    /** How soon a stack is ready or is whole again after a crash, and nothing else: the arms say so beside each. */
    static final Set<String> NO_LATENCY = Set.of(
            "cdc-connector.hopmeter.cdc.snapshot-mode",
            "connect.connector.snapshot.mode",
            "connect.worker.plugin.discovery",
            "router-service.spring.kafka.consumer.properties.session.timeout.ms");

    /** What stands for the value of a property that an arm does not set. */
    static final String UNSET = "unset";

    /**
     * One rung.
     *
     * @param knob the property that it sets; empty for the first
     * @param from its value on the rung below, or {@code unset}
     * @param to its value from here on, likewise
     */
    record Rung(Optional<String> knob, String from, String to, Arm arm) {}

    /**
     * One property that differs.
     *
     * @param from its value, or {@code unset}
     * @param to likewise
     */
    record Change(String knob, String from, String to) {}

    /** The way between two arms for a workload, and the one of the two ways of change data capture. */
    static Ladder between(Arm first, Arm last, Workload workload, CdcLayout cdc) {
        Map<String, String> from = relevant(first.in(workload).settings(), workload, cdc);
        Map<String, String> to = relevant(last.in(workload).settings(), workload, cdc);
        List<Change> apart = new ArrayList<>();
        List<Change> climbed = new ArrayList<>();
        for (String knob : ordered(from, to)) {
            (NO_LATENCY.contains(knob) ? apart : climbed)
                    .add(new Change(knob, from.getOrDefault(knob, UNSET), to.getOrDefault(knob, UNSET)));
        }
        Arm arm = first.in(workload);
        for (Change change : apart) {
            arm = changed(arm, first.name() + "-0", change.knob(), to);
        }
        List<Rung> rungs = new ArrayList<>();
        rungs.add(new Rung(Optional.empty(), "", "", arm));
        for (Change change : climbed) {
            arm = changed(arm, first.name() + "-" + rungs.size(), change.knob(), to);
            rungs.add(new Rung(Optional.of(change.knob()), change.from(), change.to(), arm));
        }
        return new Ladder(List.copyOf(rungs), List.copyOf(apart));
    }

    private static Arm changed(Arm arm, String name, String knob, Map<String, String> to) {
        String value = to.get(knob);
        return value == null ? arm.without(name, knob) : arm.with(name, Map.of(knob, value));
    }

    private static Set<String> ordered(Map<String, String> from, Map<String, String> to) {
        Set<String> either = new TreeSet<>(from.keySet());
        either.addAll(to.keySet());
        Set<String> different = new LinkedHashSet<>(ORDER);
        different.addAll(either);
        different.removeIf(knob -> Objects.equals(from.get(knob), to.get(knob)));
        return different;
    }

    /** Without what is for services that the workload's stack does not have. */
    private static Map<String, String> relevant(Map<String, String> settings, Workload workload, CdcLayout cdc) {
        Set<Service> services = Extent.of(workload).services();
        Map<String, String> relevant = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            Optional<Service> owner = Service.of(key.substring(0, key.indexOf('.')));
            boolean published = !key.startsWith("publisher.") || isPublished(workload);
            boolean captured =
                    cdc == CdcLayout.CONNECT ? !owner.equals(Optional.of(Service.CDC)) : !key.startsWith("connect.");
            boolean connected = !key.startsWith("connect.") || services.contains(Service.CDC);
            if (published
                    && captured
                    && connected
                    && owner.map(services::contains).orElse(true)) {
                relevant.put(key, value);
            }
        });
        return relevant;
    }

    private static boolean isPublished(Workload workload) {
        return switch (workload) {
            case JOURNEY, WRITE_NOTIFY -> false;
            case FAN_OUT, FRESHNESS, POINT_QUERY, INGEST -> true;
        };
    }
}
