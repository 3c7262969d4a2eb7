package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.Workload;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Queries while events flow: latency of answers that the instance asked had itself and of those that it had to ask another for,
 * and how stale each answer is.
 */
final class PointQueryWork implements Work, Trial.Surroundings, Recorder.Replies {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final TrialPlan plan;
    private final QueriesDriver driver;
    private final Publisher publisher;
    private final Truth truth;
    private final EventMix events;
    private final Mix queries;
    private final URI aggregator;
    private final HttpClient client = Http.client();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong unpublished = new AtomicLong();
    private final Series local = new Series();
    private final Series forwarded = new Series();
    private final Series age = new Series();
    private final Series behind = new Series();
    private long missing;
    private volatile int first = Integer.MAX_VALUE;
    private volatile Thread flow = Thread.ofPlatform().unstarted(() -> {});

    /**
     * Work of that run.
     *
     * @param aggregators every instance
     */
    PointQueryWork(EpochClock clock, TrialPlan plan, String runId, Publisher publisher, List<URI> aggregators) {
        this.clock = clock;
        this.plan = plan;
        this.publisher = publisher;
        this.driver = new QueriesDriver(aggregators, plan.deadline());
        this.events = new EventMix(runId, plan.seed(), false);
        this.truth = new Truth(events.keys());
        this.queries = plan.mix(runId);
        this.aggregator = aggregators.getFirst();
    }

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public Recorder.Replies replies() {
        return this;
    }

    @Override
    public Trial.Surroundings surroundings() {
        return this;
    }

    @Override
    public void trialBegins() {
        flow = Thread.ofPlatform().daemon().name("event-flow").start(this::publish);
    }

    @Override
    public void measurementBegins(int firstQuery) {
        first = firstQuery;
    }

    @Override
    public void measurementEnds() {
        stopping.countDown();
    }

    /** Called for probes and warm-up as well, which are let pass. */
    @Override
    public void came(int number, Trail trail, Reply reply) {
        if (number < first) {
            return;
        }
        long delivered = trail.at(Stamp.DELIVERED).orElseThrow();
        long total = delivered - trail.at(Stamp.INTENDED).orElseThrow();
        Windows windows = Windows.parse(reply.body());
        WindowKey key = queries.event(number).windowKey();
        long asked = trail.at(Stamp.SENT).orElseThrow();
        OptionalLong missed = truth.firstMissed(key, windows.through(), asked);
        synchronized (this) {
            (reply.forwarded() ? forwarded : local).record(total);
            age.record(delivered - windows.newestMillis() * 1_000_000);
            behind.record(missed.isPresent() ? asked - missed.getAsLong() : 0);
            missing += missed.isPresent() ? 1 : 0;
        }
    }

    @Override
    public synchronized List<Annotation> beside() {
        return List.of(
                Annotation.of("answered-locally", "answered by the instance asked", local),
                Annotation.of("answered-forwarded", "answered by way of another", forwarded),
                Annotation.of("newest-event-age", "age of the newest event included", age),
                Annotation.of("behind", "behind what was acknowledged when asked", behind));
    }

    @Override
    public List<Finding> findings() throws InterruptedException {
        flow.join();
        Map<String, Object> figures = new LinkedHashMap<>();
        long answers;
        long stale;
        synchronized (this) {
            answers = behind.count();
            stale = missing;
        }
        figures.put("answers", answers);
        figures.put("missingAnAcknowledgedEvent", stale);
        figures.put("eventsPerSecond", plan.eventsPerSecond());
        figures.put("events", truth.sent());
        figures.put("unpublished", unpublished.get());
        Finding staleness = new Finding(
                "staleness",
                stale + " of " + answers
                        + " answers lack an event that was acknowledged before they were asked for, of " + truth.sent()
                        + " events at " + plan.eventsPerSecond() + "/s",
                figures,
                unpublished.get() > 0);
        return List.of(staleness, new Totals(clock, client, aggregator, truth, events.keys()).finding());
    }

    @Override
    public void close() {
        stopping.countDown();
        driver.close();
        publisher.close();
        Http.close(client, CLOSING);
    }

    /** One event for each key at once, so that each can be asked for; then at the plan's rate, each when it is due. */
    private void publish() {
        long gap = Math.round(1e9 / plan.eventsPerSecond());
        long due = clock.nanos();
        try {
            for (int number = 0; ; number++) {
                boolean firstOfItsKey = number < events.keys().size();
                Event event = firstOfItsKey ? events.eventOf(number, number) : events.event(number);
                if (!firstOfItsKey) {
                    due += gap;
                }
                if (stopping.await(Math.max(0, due - clock.nanos()), TimeUnit.NANOSECONDS)) {
                    return;
                }
                publish(event, due);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(Event event, long due) {
        Trail trail = Sender.begun(Workload.INGEST, due, clock.nanos());
        truth.sent(event, trail);
        publisher.send(
                event, trail, () -> truth.acknowledged(event, clock.nanos()), why -> unpublished.incrementAndGet());
    }
}
