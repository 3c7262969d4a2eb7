package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Hop;
import dev.hopmeter.contract.Trail;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The trials that run, one at a time, as the live page shows them. Without anybody who looks, an event costs it two counters. Safe
 * for use by many threads.
 */
final class PageView implements Live {

    /** What the quantiles are of, at most. */
    static final Duration LATELY = Duration.ofSeconds(15);

    private final EpochClock clock;
    private final BooleanSupplier watched;
    private final Function<TrialPlan, String> arms;
    private volatile @Nullable Current current;
    private volatile boolean running;
    private volatile String said = "";
    private volatile @Nullable Supplier<String> watching;

    /**
     * A view of nothing yet.
     *
     * @param watched whether somebody looks
     * @param arms the name of the arm that a trial is on
     */
    PageView(EpochClock clock, BooleanSupplier watched, Function<TrialPlan, String> arms) {
        this.clock = clock;
        this.watched = watched;
        this.arms = arms;
    }

    private record Current(
            TrialPlan plan, String arm, Recent recent, LongAdder placed, LongAdder arrived, Tally tally) {

        static Current of(TrialPlan plan, String arm) {
            return new Current(plan, arm, new Recent(plan.route()), new LongAdder(), new LongAdder(), new Tally());
        }

        boolean continues(TrialPlan next) {
            return plan.backend() == next.backend() && plan.workload() == next.workload();
        }

        /** The same with its next trial; at another rate, none has ended yet, and no event of it has arrived. */
        Current with(TrialPlan next) {
            return plan.rate() == next.rate()
                    ? new Current(next, arm, recent, placed, arrived, tally)
                    : new Current(next, arm, new Recent(next.route()), placed, arrived, new Tally());
        }
    }

    /** What has become of the trials of one load that have ended. */
    private static final class Tally {

        private final Map<String, Long> counts = new LinkedHashMap<>();
        private Optional<List<String>> last = Optional.empty();

        synchronized void ended(TrialResult trial, List<String> why) {
            Counts each = trial.measured().counts();
            count("trials", 1);
            count("valid", why.isEmpty() ? 1 : 0);
            count("sent", each.sent());
            count("delivered", each.delivered());
            count("lost", each.lost());
            count("duplicate", each.duplicate());
            count("late", each.late());
            count("refused", each.refused());
            count("unanswered", each.unanswered());
            count("missing", each.missing() + trial.guests().missing());
            count("extra", each.extra() + trial.guests().extra());
            count("negative", each.negative());
            last = Optional.of(List.copyOf(why));
        }

        synchronized void broke(String why) {
            count("trials", 1);
            count("broken", 1);
            last = Optional.of(List.of(why));
        }

        private void count(String word, long more) {
            counts.merge(word, more, Long::sum);
        }

        synchronized Map<String, Object> told() {
            Map<String, Object> node = new LinkedHashMap<>(counts);
            last.ifPresent(why -> node.put("why", why));
            return node;
        }
    }

    @Override
    public void arrived(Trail trail) {
        Current now = current;
        if (now == null) {
            return;
        }
        now.arrived().increment();
        if (watched.getAsBoolean()) {
            trail.lengths(now.plan().route()).ifPresent(lengths -> now.recent().add(lengths, clock.nanos()));
        } else {
            now.recent().skip();
        }
    }

    @Override
    public void placed() {
        Current now = current;
        if (now != null) {
            now.placed().increment();
        }
    }

    @Override
    public void began(TrialPlan plan) {
        Current before = current;
        current = before != null && before.continues(plan) ? before.with(plan) : Current.of(plan, arms.apply(plan));
        running = true;
    }

    @Override
    public void ended(TrialResult trial, List<String> why) {
        running = false;
        Current now = current;
        if (now != null) {
            now.tally().ended(trial, why);
        }
    }

    @Override
    public void broke(String why) {
        running = false;
        Current now = current;
        if (now != null) {
            now.tally().broke(why);
        }
    }

    /** No trial runs any more. */
    void idle() {
        running = false;
    }

    /** The same progress, which the page shows as well. */
    Progress shown(Progress progress) {
        return new Progress() {
            @Override
            public void say(String line) {
                said = line.strip();
                progress.say(line);
            }

            @Override
            public Watch watch(Supplier<String> line) {
                watching = line;
                Watch shown = progress.watch(line);
                return () -> {
                    watching = null;
                    shown.close();
                };
            }
        };
    }

    /** What there is to see now; lengths in nanoseconds. */
    Map<String, Object> look() {
        long now = clock.nanos();
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("atMillis", now / 1_000_000);
        node.put("running", running);
        Supplier<String> line = watching;
        node.put("progress", line == null ? said : line.get());
        Current trial = current;
        if (trial != null) {
            trial(node, trial, now);
        }
        return node;
    }

    private static void trial(Map<String, Object> node, Current trial, long now) {
        TrialPlan plan = trial.plan();
        node.put("backend", plan.backend().word());
        node.put("workload", plan.workload().word());
        node.put("arm", trial.arm());
        node.put("rate", plan.rate());
        node.put("notes", plan.backend() == Backend.HARPER ? List.of(HarperSite.LICENCE) : List.of());
        node.put("ended", trial.tally().told());
        node.put("hops", plan.route().hops().stream().map(Hop::word).toList());
        node.put("placed", trial.placed().sum());
        node.put("arrived", trial.arrived().sum());
        Recent.Spread spread = trial.recent().spread(LATELY, now);
        Series totals = spread.totals();
        node.put("lately", spread.held().toNanos());
        node.put("n", totals.count());
        put(node, "p50", totals.quantile(0.5));
        put(node, "p99", totals.quantile(0.99));
        put(node, "most", totals.most());
        put(node, "slipP99", spread.slips().quantile(0.99));
        trial.recent().view(now).ifPresent(view -> {
            node.put("held", view.held().toNanos());
            node.put("mean", waterfall(view.means()));
            view.band().ifPresent(band -> node.put("band", waterfall(band)));
            node.put("slowest", waterfall(view.slowest()));
        });
    }

    private static void put(Map<String, Object> node, String word, OptionalLong value) {
        value.ifPresent(each -> node.put(word, each));
    }

    private static Map<String, Object> waterfall(Recent.Waterfall waterfall) {
        return Map.of("events", waterfall.events(), "total", waterfall.total(), "hops", waterfall.hops());
    }
}
