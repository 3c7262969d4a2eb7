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
 * the workload's stack is concerned.
 */
final class Ladder {

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

    /** What stands for the value of a property that an arm does not set. */
    private static final String UNSET = "unset";

    private Ladder() {}

    /**
     * One rung.
     *
     * @param knob the property that it sets; empty for the first
     * @param from its value on the rung below, or {@code unset}
     * @param to its value from here on, likewise
     */
    record Rung(Optional<String> knob, String from, String to, Arm arm) {}

    /** The rungs between two arms for a workload, and the one of the two ways of change data capture. */
    static List<Rung> between(Arm first, Arm last, Workload workload, CdcLayout cdc) {
        Map<String, String> from = relevant(first.in(workload).settings(), workload, cdc);
        Map<String, String> to = relevant(last.in(workload).settings(), workload, cdc);
        List<Rung> rungs = new ArrayList<>();
        Arm arm = first.in(workload);
        rungs.add(new Rung(Optional.empty(), "", "", arm));
        for (String knob : ordered(from, to)) {
            String name = first.name() + "-" + rungs.size();
            String value = to.get(knob);
            arm = value == null ? arm.without(name, knob) : arm.with(name, Map.of(knob, value));
            rungs.add(new Rung(Optional.of(knob), from.getOrDefault(knob, UNSET), to.getOrDefault(knob, UNSET), arm));
        }
        return rungs;
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
