package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "publisher.sasl.jaas.config | org.example.Login password=\"x\"; | (secret)",
                "cdc-connector.spring.datasource.password | x | (secret)",
                "router-service.spring.data.redis.url | redis://user:p@ss@host:1/0 | redis://(secret)@host:1/0",
                "order-service.spring.datasource.url | jdbc:postgresql://h/d?user=a&password=x&ssl=true"
                        + " | jdbc:postgresql://h/d?user=a&password=(secret)&ssl=true",
                "jvm.all-services | -Djavax.net.ssl.trustStorePassword=x -Xmx1g"
                        + " | -Djavax.net.ssl.trustStorePassword=(secret) -Xmx1g",
                "publisher.linger.ms | 5 | 5",
                "redis.requirepass | '' | ''"
            })
    void aSettingIsToldWithoutItsSecrets(String name, String value, String told) {
        assertThat(Secrets.masked(Map.of(name, value))).isEqualTo(Map.of(name, told));
    }
}
