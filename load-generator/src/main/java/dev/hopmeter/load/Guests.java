package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Filter;
import dev.hopmeter.contract.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Subscribers that come and go during a measurement. Each is to get every message that it matches and that was sent after it
 * was told that its subscription is in effect and before it began to leave; what was sent around those moments it may get; what
 * it does not match it must never get. Checked, not timed; everything else is the ledger's.
 */
final class Guests implements Phase, AutoCloseable {

    private static final Duration SHORTEST_STAY = Duration.ofMillis(500);
    private static final Duration LONGEST_STAY = Duration.ofSeconds(3);
    private static final Duration GLANCE = Duration.ofMillis(10);
    private static final int FAILURES_KEPT = 5;

    private final Ledger ledger;
    private final Mix mix;
    private final Driver driver;
    private final EpochClock clock;
    private final TrialPlan plan;
    private final AtomicInteger next;
    private final Map<Integer, Visit> visits = new ConcurrentHashMap<>();
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicLong due = new AtomicLong();
    private final AtomicLong missing = new AtomicLong();
    private final AtomicLong extra = new AtomicLong();
    private final AtomicLong duplicate = new AtomicLong();
    private final AtomicLong afterLeaving = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();

    /** As many at a time as the plan says; their numbers follow those of the attached subscribers. */
    Guests(Ledger ledger, Mix mix, Driver driver, EpochClock clock, TrialPlan plan) {
        this.ledger = ledger;
        this.mix = mix;
        this.driver = driver;
        this.clock = clock;
        this.plan = plan;
        this.next = new AtomicInteger(mix.subscribers());
    }

    /**
     * What became of them.
     *
     * @param visits that have ended
     * @param due deliveries that were due to them
     * @param missing those that did not come
     * @param extra deliveries of what they do not match
     * @param duplicate second and later deliveries of the same
     * @param afterLeaving deliveries that came when their guest had gone
     * @param failed visits whose subscription was refused or not in effect in time, or that broke off
     * @param failures the first few of them, in words
     */
    record Tally(
            int visits,
            long due,
            long missing,
            long extra,
            long duplicate,
            long afterLeaving,
            int failed,
            List<String> failures) {

        /** Nobody came. */
        static Tally none() {
            return new Tally(0, 0, 0, 0, 0, 0, 0, List.of());
        }
    }

    Tally tally() {
        return new Tally(
                ended.get(),
                due.get(),
                missing.get(),
                extra.get(),
                duplicate.get(),
                afterLeaving.get(),
                failed.get(),
                List.copyOf(failures));
    }

    /** They begin to come. */
    void start() {
        for (int i = 0; i < plan.audience().guests(); i++) {
            SplittableRandom random = Market.random(plan.seed(), -1 - i);
            threads.add(Thread.ofPlatform().daemon().name("guest-" + i).start(() -> comeAndGo(random)));
        }
    }

    /** They leave, once what is due to them has come or is too late. */
    @Override
    public void close() throws InterruptedException {
        leaving.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The subscription of that number is in effect. */
    void subscribed(int subscriber) {
        Visit visit = visits.get(subscriber);
        if (visit != null) {
            visit.welcome();
        }
    }

    @Override
    public int first() {
        return ledger.first();
    }

    @Override
    public void sent(Event event, long intendedNanos, long sentNanos) {
        visits.values().forEach(visit -> visit.sent(event));
        ledger.sent(event, intendedNanos, sentNanos);
    }

    @Override
    public void delivered(int number, int subscriber, Trail trail, long deliveredNanos) {
        Visit visit = visits.get(subscriber);
        if (visit != null) {
            Event event = mix.event(number);
            if (!visit.filter.matches(event.region(), event.kind(), event.amount())) {
                extra.incrementAndGet();
            }
            if (!visit.got.add(number)) {
                duplicate.incrementAndGet();
            }
        } else if (subscriber < mix.subscribers()) {
            ledger.delivered(number, subscriber, trail, deliveredNanos);
        } else {
            afterLeaving.incrementAndGet();
        }
    }

    @Override
    public void answered(int number, Answer answer, long answeredNanos) {
        ledger.answered(number, answer, answeredNanos);
    }

    /** What was due to a visit that breaks off is not known, so that its guest comes no more and the trial is not valid. */
    private void comeAndGo(SplittableRandom random) {
        try {
            while (leaving.getCount() > 0) {
                int subscriber = next.getAndIncrement();
                Visit visit = new Visit(MessageMix.filter(
                        subscriber, plan.seed(), plan.audience().match()));
                visits.put(subscriber, visit);
                visit(subscriber, visit, random);
                visits.remove(subscriber);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed("interrupted");
        } catch (RuntimeException e) {
            failed("broke off: " + e);
        }
    }

    private void failed(String why) {
        if (failed.getAndIncrement() < FAILURES_KEPT) {
            failures.add(why);
        }
    }

    private void visit(int subscriber, Visit visit, SplittableRandom random) throws InterruptedException {
        try {
            driver.attach(subscriber, new Interest.Matching(visit.filter));
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
            var _ = leaving.await(SHORTEST_STAY.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        if (!visit.welcomed.await(plan.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
            failed("not in effect within " + Durations.text(plan.deadline()));
        }
        var _ = leaving.await(
                random.nextLong(SHORTEST_STAY.toMillis(), LONGEST_STAY.toMillis()), TimeUnit.MILLISECONDS);
        Set<Integer> owed = visit.leave();
        long patience = clock.nanos() + plan.deadline().toNanos();
        while (!visit.got.containsAll(owed) && clock.nanos() < patience) {
            Thread.sleep(GLANCE);
        }
        driver.detach(subscriber);
        due.addAndGet(owed.size());
        missing.addAndGet(
                owed.stream().filter(number -> !visit.got.contains(number)).count());
        ended.incrementAndGet();
    }

    /** One stay. What is due to it is settled at once when it begins to leave, whatever is being sent at that moment. */
    static final class Visit {

        private final Filter filter;
        private final Set<Integer> got = ConcurrentHashMap.newKeySet();
        private final CountDownLatch welcomed = new CountDownLatch(1);
        private final Object presence = new Object();
        private final Set<Integer> due = new HashSet<>();
        private boolean present;

        Visit(Filter filter) {
            this.filter = filter;
        }

        /** From now on what it matches is due to it. */
        void welcome() {
            synchronized (presence) {
                present = true;
            }
            welcomed.countDown();
        }

        void sent(Event event) {
            if (!filter.matches(event.region(), event.kind(), event.amount())) {
                return;
            }
            synchronized (presence) {
                if (present) {
                    due.add(event.number());
                }
            }
        }

        /** From now on nothing more is due; answers what is, by number. */
        Set<Integer> leave() {
            synchronized (presence) {
                present = false;
                return Set.copyOf(due);
            }
        }
    }
}
