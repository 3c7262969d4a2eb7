package dev.hopmeter.load;

import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.stack.UnifiedStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** For each hop that has one, the knob that works on it most, as the running part itself says it. */
final class Knobs {

    private static final String CDC = "cdc-connector";
    private static final String NOTIFIER = "notifier-service";
    private static final String AGGREGATOR = "aggregator-service";
    private static final String UNIFIED = UnifiedStack.SERVICE;
    private static final String LINGER = "linger.ms";

    private static final List<Knob> ALL = List.of(
            new Knob(Stamp.RECEIVED, Stamp.COMMITTED, "order-service", "maximum-pool-size"),
            new Knob(Stamp.COMMITTED, Stamp.CAPTURED, CDC, "hopmeter.cdc.read-patience"),
            new Knob(Stamp.COMMITTED, Stamp.CAPTURED, CDC, "hopmeter.cdc.poll-interval"),
            new Knob(Stamp.CAPTURED, Stamp.TAKEN, CDC, LINGER),
            new Knob(Stamp.CAPTURED, Stamp.FETCHED, CDC, LINGER),
            new Knob(Stamp.TAKEN, Stamp.ROUTED, "router-service", "hopmeter.router.sync-commits"),
            new Knob(Stamp.ROUTED, Stamp.FETCHED, NOTIFIER, "hopmeter.notifier.inbox-batch"),
            new Knob(Stamp.FETCHED, Stamp.PUSHED, NOTIFIER, "hopmeter.notifier.queue-length"),
            new Knob(Stamp.SUMMED, Stamp.PUSHED, AGGREGATOR, "hopmeter.aggregator.watch-queue"),
            new Knob(Stamp.RECEIVED, Stamp.COMMITTED, UNIFIED, "maximum-pool-size"),
            new Knob(Stamp.STREAMED, Stamp.CONFIRMED, UNIFIED, "hopmeter.unified.notify"),
            new Knob(Stamp.STREAMED, Stamp.CONFIRMED, UNIFIED, "hopmeter.unified.confirm-patience"),
            new Knob(Stamp.ROUTED, Stamp.PUSHED, UNIFIED, "hopmeter.unified.queue-length"),
            new Knob(Stamp.SUMMED, Stamp.PUSHED, UNIFIED, "hopmeter.unified.watch-queue"));

    private static final List<Hop> PUBLISHED =
            List.of(new Hop(Stamp.SENT, Stamp.TAKEN), new Hop(Stamp.SENT, Stamp.DELIVERED));

    private Knobs() {}

    private record Knob(Stamp from, Stamp to, String service, String setting) {}

    /**
     * A knob as it stands.
     *
     * @param name of the setting
     */
    record Turned(Hop hop, String name, String value) {}

    /** Asks the services; those that tell nothing have no knobs here. Blocks for some seconds for each that is silent. */
    static List<Turned> of(Endpoints at) throws InterruptedException {
        return switch (at) {
            case ConventionalEndpoints separate ->
                of(ServiceSettings.of(separate), Publisher.settings(separate.settings()));
            case UnifiedEndpoints unified -> of(ServiceSettings.of(unified), Map.of());
            case HarperEndpoints _ -> of(Map.of(), Map.of());
        };
    }

    /**
     * Those that are known.
     *
     * @param said each service's parts, by its name and theirs
     * @param publisher what the load generator's own producer was told
     */
    static List<Turned> of(Map<String, PartSettings> said, Map<String, String> publisher) {
        List<Turned> turned = new ArrayList<>();
        for (Knob knob : ALL) {
            said.entrySet().stream()
                    .filter(part -> part.getKey().startsWith(knob.service() + ' '))
                    .flatMap(part ->
                            Optional.ofNullable(part.getValue().settings().get(knob.setting())).stream())
                    .flatMap(setting -> Optional.ofNullable(setting.value()).stream())
                    .findFirst()
                    .ifPresent(value -> turned.add(new Turned(new Hop(knob.from(), knob.to()), knob.setting(), value)));
        }
        Optional.ofNullable(publisher.get(LINGER))
                .ifPresent(value -> PUBLISHED.forEach(hop -> turned.add(new Turned(hop, LINGER, value))));
        return turned;
    }
}
