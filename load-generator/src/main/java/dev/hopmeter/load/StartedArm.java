package dev.hopmeter.load;

import dev.hopmeter.contract.Workload;
import dev.hopmeter.stack.Arm;
import dev.hopmeter.stack.StackException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The configuration of a stack that runs already, as a trial on it states it: what the stack was started with, not what its
 * arm would have set for the trial's workload. The arm's lines for the load generator's own producer hold for the trial's
 * workload, as that producer is made for the trial.
 */
final class StartedArm {

    private static final String PUBLISHER = "publisher.";

    private StartedArm() {}

    /**
     * What a stack was started with, under a name of its own where the arm has other lines for the workload.
     *
     * @throws IOException if the addresses have a setting of no part
     */
    static Stacks.Configuration of(Endpoints at, Workload asked) throws IOException {
        if (at.settings().isEmpty()) {
            return new Stacks.Configuration(at.arm());
        }
        try {
            Arm arm = Arm.of(at.backend(), at.arm(), at.settings());
            Optional<Workload> startedFor = at.workload().flatMap(Workload::of);
            Map<String, String> applied =
                    startedFor.map(arm::in).orElseGet(arm::inEvery).settings();
            Map<String, String> wanted = arm.in(asked).settings();
            Map<String, String> settings = new TreeMap<>();
            applied.forEach((key, value) -> put(settings, key, value, false));
            wanted.forEach((key, value) -> put(settings, key, value, true));
            List<String> notApplied = differences(settings, wanted);
            String name = notApplied.isEmpty()
                    ? at.arm()
                    : at.arm() + "-as-started-for-"
                            + startedFor.map(Workload::word).orElse("all");
            return new Stacks.Configuration(name, settings, Optional.empty(), notApplied);
        } catch (StackException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void put(Map<String, String> settings, String key, String value, boolean ofPublisher) {
        if (key.startsWith(PUBLISHER) == ofPublisher) {
            settings.put(key, value);
        }
    }

    private static List<String> differences(Map<String, String> settings, Map<String, String> wanted) {
        TreeSet<String> keys = new TreeSet<>(settings.keySet());
        keys.addAll(wanted.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(settings.get(key), wanted.get(key))) {
                differences.add(key + " is " + told(settings, key) + " and not " + told(wanted, key));
            }
        }
        return differences;
    }

    private static String told(Map<String, String> settings, String key) {
        return settings.containsKey(key) ? Secrets.masked(key, settings.getOrDefault(key, "")) : "unset";
    }
}
