package dev.hopmeter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "database.password",
                "ssl.truststore.password",
                "spring.datasource.password",
                "sasl.jaas.config",
                "sslpassword",
                "sasl.oauthbearer.client.credentials.client.secret",
                "ssl.keystore.key",
                "requirepass",
                "masterauth.passwd"
            })
    void nothingOfASecretIsTold(String name) {
        assertThat(Secrets.masked(name, "hunter2")).isEqualTo(Secrets.MASK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://:s3cr3t@127.0.0.1:6379/0 | redis://(secret)@127.0.0.1:6379/0",
                "redis://user:p/w@x@127.0.0.1:6379 | redis://(secret)@127.0.0.1:6379",
                "jdbc:postgresql://h:5432/db?user=u&password=hunter2&prepareThreshold=5"
                        + " | jdbc:postgresql://h:5432/db?user=u&password=(secret)&prepareThreshold=5",
                "loggerLevel=off;sslpassword=hunter2;x=1 | loggerLevel=off;sslpassword=(secret);x=1",
                "jdbc:postgresql://127.0.0.1:5432/hopmeter | jdbc:postgresql://127.0.0.1:5432/hopmeter"
            })
    void ofAnAddressTheHostIsTold(String address, String told) {
        assertThat(Secrets.masked("url", address)).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linger.ms", "key.serializer", "sasl.mechanism", "partition.assignment.strategy"})
    void otherSettingsAreToldAsTheyAre(String name) {
        assertThat(Secrets.masked(name, "0")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl.key.password"})
    void thatASecretIsNotSetIsTold(String name) {
        assertThat(Secrets.masked(name, "")).isEmpty();
    }
}
