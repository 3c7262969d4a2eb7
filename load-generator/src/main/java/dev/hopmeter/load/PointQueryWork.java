package dev.hopmeter.load;

import dev.hopmeter.contract.EpochClock;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.contract.Workload;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private final EventFlow flow;
    private final Staleness staleness;
    private final Faults faults = new Faults();
    private final URI aggregator;
    private final Optional<String> guarantee;
    private final HttpClient client = Http.client();
    private final AtomicLong unpublished = new AtomicLong();

    /**
     * Work of that run.
     *
     * @param aggregators every instance
     * @param guarantee of their totals, by {@link Totals}
     */
    PointQueryWork(
            EpochClock clock,
            TrialPlan plan,
            String runId,
            Publisher publisher,
            List<URI> aggregators,
            Optional<String> guarantee) {
        this.guarantee = guarantee;
        this.clock = clock;
        this.plan = plan;
        this.publisher = publisher;
        this.driver = new QueriesDriver(aggregators, plan.deadline());
        this.events = new EventMix(runId, plan.seed(), false);
        this.flow = new EventFlow(clock, events, plan.eventsPerSecond(), this::publish, faults);
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
        flow.start();
    }

    @Override
    public void measurementBegins(int firstQuery) {
        staleness.measureFrom(firstQuery);
        flow.measureFromNow();
    }

    @Override
    public void measurementEnds() {
        flow.stop();
    }

    @Override
    public List<Annotation> beside() {
        return staleness.beside();
    }

    @Override
    public List<Finding> findings(TrialResult trial) throws InterruptedException {
        flow.join();
        List<Finding> findings = new ArrayList<>();
        findings.add(staleness.finding(trial.measured().counts().delivered()));
        findings.add(flow.finding(truth.sent(), unpublished.get()));
        findings.add(new Totals(clock, client, aggregator, truth, events.keys(), guarantee).finding());
        findings.addAll(faults.findings());
        return findings;
    }

    @Override
    public void close() {
        flow.stop();
        driver.close();
        publisher.close();
        Http.close(client, CLOSING);
    }

    private void publish(Event event, long due) {
        Trail trail = Sender.begun(Workload.INGEST, due, clock.nanos());
        truth.sent(event, trail);
        publisher.send(event, trail, new Publisher.Outcome() {
            @Override
            public void acknowledged() {
                truth.acknowledged(event, clock.nanos());
            }

            @Override
            public void refused(int status, String problem) {
                unpublished.incrementAndGet();
            }

            @Override
            public void failed(String why) {
                unpublished.incrementAndGet();
            }
        });
    }
}
