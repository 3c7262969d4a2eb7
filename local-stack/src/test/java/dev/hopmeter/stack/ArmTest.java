package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void bothArmsSetTheSameKnobs() {
        assertThat(Arm.of("strong").settings().keySet())
                .isNotEmpty()
                .isEqualTo(Arm.of("shipped").settings().keySet());
    }

    @Test
    void everyArmHoldsTheSameGuarantees() {
        for (String name : Arm.names(Backend.CONVENTIONAL)) {
            assertThat(Arm.of(name).settings())
                    .as(name)
                    .containsEntry("postgres.synchronous_commit", "on")
                    .containsEntry("connect.worker.producer.enable.idempotence", "true");
        }
        for (String name : Arm.names(Backend.UNIFIED)) {
            assertThat(Arm.of(name).settings())
                    .as(name)
                    .containsEntry("postgres.synchronous_commit", "on")
                    .containsEntry("unified-backend.hopmeter.unified.notify", name);
        }
    }

    @Test
    void everyArmHoldsInEveryWorkloadAndSetsNothingThatTheStackDecidesItself() {
        for (String name : everyName()) {
            for (Workload workload : Workload.values()) {
                Arm arm = Arm.of(name).in(workload);
                assertThat(arm.settings().keySet()).as(name).noneMatch(key -> key.startsWith("for."));
                assertThatCode(() -> ConnectPart.check(arm.connectWorker(), arm.connector()))
                        .as("%s for %s", name, workload.word())
                        .doesNotThrowAnyException();
            }
        }
    }

    private static List<String> everyFile() {
        List<String> files = new ArrayList<>();
        for (Backend backend : Backend.values()) {
            String folder = backend == Backend.HARPER ? "harper/" : "";
            Arm.names(backend).forEach(name -> files.add(folder + name));
        }
        return files;
    }

    @Test
    void everyLineOfAnArmHasItsComment() throws IOException {
        for (String name : everyFile()) {
            try (var text = Arm.class.getResourceAsStream("arms/" + name + ".properties")) {
                assertThat(text).isNotNull();
                String previous = "";
                for (String line : new String(text.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                        .lines()
                        .toList()) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        assertThat(previous).as("above %s in %s", line, name).startsWith("#");
                    }
                    previous = line;
                }
            }
        }
    }

    @Test
    void shippedIsWhatKafkaItselfHasByDefault() {
        Map<String, String> shipped = Arm.of("shipped").settings();

        assertThat(shipped)
                .containsEntry(
                        "cdc-connector.spring.kafka.producer.properties.linger.ms",
                        String.valueOf(
                                ProducerConfig.configDef().defaultValues().get(ProducerConfig.LINGER_MS_CONFIG)));
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatThrownBy(() -> Arm.of("string"))
                .isInstanceOf(StackException.class)
                .hasMessage("there is no arm 'string'; there are shipped, strong, strong-flush, strong-exactly-once,"
                        + " quorum, local, confirmed, local");
    }

    @Test
    void harpersArmsDifferInWhenSubscribersAreTold() {
        Arm confirmed = Arm.of(Backend.HARPER, Arm.usual(Backend.HARPER));
        Arm local = Arm.of(Backend.HARPER, "local");
        assertThat(confirmed.application()).containsExactly(Map.entry("notify", "confirmed"));
        assertThat(local.application()).containsExactly(Map.entry("notify", "local"));
        assertThat(local.harper()).isEqualTo(confirmed.harper()).isNotEmpty();
        assertThat(Arm.of("local").backend()).isEqualTo(Backend.UNIFIED);
    }

    @Test
    void anArmOfAnotherBackendIsRefusedWithThoseThereAre() throws IOException {
        assertThat(Arm.of("quorum").backend()).isEqualTo(Backend.UNIFIED);
        assertThatThrownBy(() -> Arm.of(Backend.UNIFIED, "strong"))
                .isInstanceOf(StackException.class)
                .hasMessage("there is no arm 'strong' of unified; there are quorum, local");
        assertThatThrownBy(() -> Arm.read(Backend.UNIFIED, write("a.properties", "redis.hz=10")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("redis.hz")
                .hasMessageContaining("jvm, postgres, publisher, unified-backend");
        assertThatThrownBy(() -> Arm.read(Backend.UNIFIED, write("b.properties", "based-on=strong")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("quorum, local");
    }

    @Test
    void anArmOfTheUnifiedBackendIsForItsServersAndItsService() throws IOException {
        Arm arm = Arm.read(Backend.UNIFIED, write("mine.properties", """
            based-on=local
            postgres.wal_compression=lz4
            jvm.unified-backend=-Xmx300m -XX:+UseZGC
            """));

        assertThat(arm.postgres()).containsEntry("wal_compression", "lz4").containsEntry("synchronous_commit", "on");
        assertThat(arm.unifiedBackend()).isEqualTo(Map.of("hopmeter.unified.notify", "local"));
        assertThat(arm.unifiedBackendFlags()).containsExactly("-Xmx300m", "-XX:+UseZGC");
    }

    @Test
    void aFileOfOnesOwnIsReadByItsParts() throws IOException {
        Arm arm = Arm.read(Backend.CONVENTIONAL, write("mine.properties", """
            postgres.synchronous_commit=on
            redis.appendonly=yes
            broker.num.io.threads=4
            all-services.server.tomcat.threads.max=8
            order-service.server.tomcat.threads.max=20
            jvm.brokers=-Xmx300m   -XX:+UseZGC
            jvm.all-services=-XX:+UseG1GC
            jvm.order-service=-Xmx300m
            jvm.connect-worker=-Xmx400m
            connect.worker.producer.linger.ms=0
            connect.connector.poll.interval.ms=10
            """));

        assertThat(arm.name()).isEqualTo("mine");
        assertThat(arm.postgres()).isEqualTo(Map.of("synchronous_commit", "on"));
        assertThat(arm.redis()).isEqualTo(Map.of("appendonly", "yes"));
        assertThat(arm.brokers()).isEqualTo(Map.of("num.io.threads", "4"));
        assertThat(arm.brokerFlags()).containsExactly("-Xmx300m", "-XX:+UseZGC");
        assertThat(arm.service(Service.ORDER)).isEqualTo(Map.of("server.tomcat.threads.max", "20"));
        assertThat(arm.service(Service.ROUTER)).isEqualTo(Map.of("server.tomcat.threads.max", "8"));
        assertThat(arm.serviceFlags(Service.ORDER)).containsExactly("-XX:+UseG1GC", "-Xmx300m");
        assertThat(arm.serviceFlags(Service.CDC)).containsExactly("-XX:+UseG1GC");
        assertThat(arm.connectWorker()).isEqualTo(Map.of("producer.linger.ms", "0"));
        assertThat(arm.connector()).isEqualTo(Map.of("poll.interval.ms", "10"));
        assertThat(arm.connectWorkerFlags()).containsExactly("-XX:+UseG1GC", "-Xmx400m");
    }

    @Test
    void aPropertyOfNoPartIsRefusedByItsKey() throws IOException {
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("a.properties", "orders-service.server.port=1")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("orders-service.server.port")
                .hasMessageContaining("order-service, postgres, publisher, redis");
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("b.properties", "postgres=on")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("postgres");
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("c.properties", "jvm.redis=-Xmx1g")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("jvm.redis");
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("d.properties", "connect.poll.interval.ms=1")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("connect.connector, connect.worker");
    }

    @Test
    void aKeyThatIsThereTwiceIsRefused() throws IOException {
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("a.properties", "redis.hz=10\nredis.hz=20")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("redis.hz");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, folder.resolve("none.properties")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("none.properties")
                .hasMessageContaining("no such file");
    }

    @Test
    void aStepOfALadderChangesOneKnob() {
        Arm step = Arm.of("shipped").with("shipped-poll", Map.of("cdc-connector.hopmeter.cdc.poll-interval", "1ms"));

        assertThat(step.name()).isEqualTo("shipped-poll");
        assertThat(step.service(Service.CDC)).containsEntry("hopmeter.cdc.poll-interval", "1ms");
        assertThat(step.settings()).hasSameSizeAs(Arm.of("shipped").settings());
    }

    @Test
    void whatIsForAWorkloadHoldsInItsStacksAloneAndOverTheRest() throws IOException {
        Arm arm = Arm.read(Backend.CONVENTIONAL, write("mine.properties", """
            publisher.linger.ms=0
            for.ingest.publisher.linger.ms=5
            for.freshness.aggregator-service.spring.kafka.streams.properties.commit.interval.ms=100
            """));

        assertThat(arm.in(Workload.INGEST).settings()).isEqualTo(Map.of("publisher.linger.ms", "5"));
        assertThat(arm.in(Workload.JOURNEY).settings()).isEqualTo(Map.of("publisher.linger.ms", "0"));
        assertThat(arm.in(Workload.FRESHNESS).service(Service.AGGREGATOR))
                .isEqualTo(Map.of("spring.kafka.streams.properties.commit.interval.ms", "100"));
        assertThat(arm.service(Service.AGGREGATOR)).isEmpty();
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("b.properties", "for.nothing.redis.hz=10")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("for.nothing.redis.hz")
                .hasMessageContaining("write-notify");
    }

    @Test
    void anArmBasedOnAnotherHasAllOfItButWhatItSaysItself() throws IOException {
        Arm flush = Arm.of("strong-flush");
        assertThat(flush.settings())
                .containsAllEntriesOf(Arm.of("strong").settings())
                .hasSize(Arm.of("strong").settings().size() + 1)
                .doesNotContainKey("based-on");
        assertThat(flush.brokers()).containsEntry("log.flush.interval.messages", "1");
        Arm own = Arm.read(Backend.CONVENTIONAL, write("mine.properties", "based-on=strong\npublisher.linger.ms=7"));
        assertThat(own.settings()).hasSameSizeAs(Arm.of("strong").settings()).containsEntry("publisher.linger.ms", "7");
        assertThatThrownBy(() -> Arm.read(Backend.CONVENTIONAL, write("b.properties", "based-on=nothing")))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("nothing");
    }

    private static List<String> everyName() {
        return Stream.of(Backend.values())
                .flatMap(backend -> Arm.names(backend).stream())
                .toList();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
