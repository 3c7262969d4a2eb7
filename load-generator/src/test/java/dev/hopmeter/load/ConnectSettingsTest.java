package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ConnectSettingsTest {

    private final JsonMapper mapper = JsonMapper.builder().build();

    @Test
    void aWorkerThatDoesNotAnswerIsSilentUnderItsOwnName() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(ConnectSettings.of(client, URI.create("http://127.0.0.1:" + nobody)))
                    .hasSize(1)
                    .hasEntrySatisfying(
                            "worker", part -> assertThat(part.isSilent()).isTrue());
        }
    }

    @Test
    void userAndPasswordOfAWorkersAddressGoIntoTheHeaderAndNowhereElse() {
        HttpRequest asked = ConnectSettings.request(URI.create("http://hopmeter:hush@127.0.0.1:1"), "/connectors")
                .build();
        assertThat(asked.uri()).hasToString("http://127.0.0.1:1/connectors");
        assertThat(asked.headers().firstValue("Authorization")).contains("Basic aG9wbWV0ZXI6aHVzaA==");
        assertThat(ConnectSettings.request(URI.create("http://127.0.0.1:1"), "/")
                        .build()
                        .headers()
                        .map())
                .isEmpty();
    }

    @Test
    void whatAConnectorIsGivenIsHeldAgainstItsDefinitions() {
        PartSettings part = ConnectSettings.connector(mapper.readTree("""
            {"name":"orders","poll.interval.ms":"100","database.password":"hush","driver.socketFactory":"x",
             "pol.interval.ms":"1"}\
            """), mapper.readTree("""
                {"configs":[
                  {"definition":{"name":"name","default_value":null}},
                  {"definition":{"name":"poll.interval.ms","default_value":"500"}},
                  {"definition":{"name":"max.batch.size","default_value":"2048"}},
                  {"definition":{"name":"database.password","default_value":null}}]}\
                """));

        assertThat(part.unknown()).containsExactly("pol.interval.ms");
        assertThat(mapper.valueToTree(part.differing()).toString())
                .contains("\"poll.interval.ms\":{\"value\":\"100\",\"default\":\"500\"}", "driver.socketFactory")
                .doesNotContain("max.batch.size", "hush");
        assertThat(part.settings().get("max.batch.size"))
                .isEqualTo(new PartSettings.Setting("2048", "2048", false, ""));
    }
}
