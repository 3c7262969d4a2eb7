package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Queries while events flow: latency of answers that the instance asked had itself and of those that it had to ask another for,
 * and how stale each answer is.
 */
final class PointQueryWork implements Work, Trial.Surroundings {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final EpochClock clock;
    private final TrialPlan plan;
    private final QueriesDriver driver;
    private final Publisher publisher;
    private final Truth truth;
    private final EventMix events;
    private final Staleness staleness;
    private final Faults faults = new Faults();
    private final URI aggregator;
    private final HttpClient client = Http.client();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong unpublished = new AtomicLong();
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
        this.staleness = new Staleness(truth, plan.mix(runId), faults);
        this.aggregator = aggregators.getFirst();
    }

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public Recorder.Replies replies() {
        return staleness;
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
        staleness.measureFrom(firstQuery);
    }

    @Override
    public void measurementEnds() {
        stopping.countDown();
    }

    @Override
    public List<Annotation> beside() {
        return staleness.beside();
    }

    @Override
    public List<Finding> findings(TrialResult trial) throws InterruptedException {
        flow.join();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("eventsPerSecond", plan.eventsPerSecond());
        figures.put("events", truth.sent());
        figures.put("unpublished", unpublished.get());
        List<Finding> findings = new ArrayList<>();
        findings.add(staleness.finding(trial.measured().counts().delivered()));
        findings.add(new Finding(
                "events",
                truth.sent() + " events at " + plan.eventsPerSecond() + "/s, " + unpublished.get() + " not published",
                figures,
                unpublished.get() > 0));
        findings.add(new Totals(clock, client, aggregator, truth, events.keys()).finding());
        findings.addAll(faults.findings());
        return findings;
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
