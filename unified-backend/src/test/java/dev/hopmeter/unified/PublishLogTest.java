package dev.hopmeter.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hopmeter.contract.Message;
import dev.hopmeter.spring.EmergencyStop;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.support.StaticApplicationContext;

@Timeout(30)
class PublishLogTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Semaphore permits = new Semaphore(0);
    private final List<List<String>> written = Collections.synchronizedList(new ArrayList<>());
    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final PublishLog log = log("hopmeter.unified.writers=1");

    private PublishLog log(String... settings) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            source.put(parts[0], parts[1]);
        }
        return new PublishLog(
                this::emit,
                new WireFormat(),
                new EmergencyStop(new StaticApplicationContext()),
                new Binder(source).bindOrCreate("hopmeter.unified", UnifiedProperties.class),
                Counter.builder("refused").register(registry),
                DistributionSummary.builder("batches").register(registry));
    }

    private void emit(byte[] content) throws SQLException {
        permits.acquireUninterruptibly();
        List<String> ids = new ArrayList<>();
        ByteBuffer from = ByteBuffer.wrap(content);
        while (from.hasRemaining()) {
            ids.add(PublishedFrame.next(from).id());
        }
        written.add(ids);
        if (ids.contains("broken")) {
            throw new SQLException("the connection broke", "08006");
        }
        if (ids.contains("undurable")) {
            throw new NotDurableException(new SQLException("cancelled"));
        }
    }

    @AfterEach
    void stop() {
        permits.release(1_000);
        log.stop();
    }

    @Test
    void whatWaitsWhileAnotherIsWrittenGoesIntoOneTransactionAndEachFrameIsAnsweredInItsTurn() {
        log.start();
        Publisher a = new Publisher(answer -> answers.add("a " + answer));
        Publisher b = new Publisher(answer -> answers.add("b " + answer));
        log.offer(a, sent("a-1"));
        await().until(permits::hasQueuedThreads);
        log.offer(a, sent("a-2", "a-3"));
        log.offer(b, sent("b-1"));
        log.offer(a, new Publisher.Sent(new PublishedFrame(), "no"));
        log.offer(a, sent("a-4"));
        assertThat(answers).isEmpty();

        permits.release();
        await().until(() -> answers.size() == 1);
        assertThat(answers).containsExactly("a {\"accepted\":1}");
        permits.release();

        await().until(() -> answers.size() == 5);
        assertThat(written).hasSize(2);
        assertThat(written.getLast()).containsExactlyInAnyOrder("a-2", "a-3", "a-4", "b-1");
        assertThat(answers.stream().filter(answer -> answer.startsWith("a")))
                .containsExactly("a {\"accepted\":1}", "a {\"accepted\":2}", "a no", "a {\"accepted\":1}");
        assertThat(registry.counter("refused").count()).isEqualTo(1);
    }

    @Test
    void aTransactionIsBoundedAndTheRestComesInTheNext() {
        PublishLog bounded = log("hopmeter.unified.writers=1", "hopmeter.unified.batch-bytes=1024");
        permits.release(1_000);
        Publisher publisher = new Publisher(answers::add);
        for (int i = 0; i < 40; i++) {
            assertThat(bounded.offer(publisher, sent("m-" + i))).isTrue();
        }

        bounded.start();

        await().until(() -> answers.size() == 40);
        bounded.stop();
        assertThat(written).hasSizeBetween(3, 20);
        List<String> all = written.stream().flatMap(List::stream).toList();
        assertThat(all).hasSize(40).startsWith("m-0", "m-1", "m-2").endsWith("m-39");
    }

    @Test
    void framesThatAreNotDurableAreRefusedAndTheNextAreWritten() {
        permits.release(1_000);
        log.start();
        Publisher publisher = new Publisher(answers::add);
        for (String id : List.of("broken", "undurable", "whole")) {
            int before = answers.size();
            log.offer(publisher, sent(id));
            await().until(() -> answers.size() == before + 1);
        }

        assertThat(answers.subList(0, 2))
                .allSatisfy(
                        answer -> assertThat(answer).startsWith("{\"refused\":").contains("\"status\":503"));
        assertThat(answers.getLast()).isEqualTo("{\"accepted\":1}");
    }

    @Test
    void moreBytesThanMayWaitAreNotTaken() {
        PublishLog narrow = log("hopmeter.unified.bytes-in-flight=1024");
        Publisher publisher = new Publisher(answers::add);
        int taken = 0;
        while (narrow.offer(publisher, sent("m-" + taken))) {
            taken++;
        }

        assertThat(taken).isBetween(5, 20);
    }

    private static Publisher.Sent sent(String... ids) {
        PublishedFrame frame = new PublishedFrame();
        for (String id : ids) {
            frame.add(true, new Message(id, "eu-west", "retail", 1, 1, ""), 1, null, new byte[20]);
        }
        return new Publisher.Sent(frame, null);
    }
}
