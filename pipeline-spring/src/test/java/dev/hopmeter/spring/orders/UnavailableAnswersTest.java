package dev.hopmeter.spring.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;

class UnavailableAnswersTest {

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "53300", "53100", "57P01", "57P03", "57014", "58030", "25006"})
    void aStateThatPassesIsAnsweredWith503(String state) {
        assertThat(answerTo(state, Duration.ofSeconds(1)).getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "23505", "42P01", "42501", "XX000", "5", ""})
    void aStateThatStaysIsAnsweredWith500AndNoRetry(String state) {
        ResponseEntity<?> answer = answerTo(state, Duration.ofSeconds(1));

        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
        assertThat(answer.getHeaders().headerNames()).doesNotContain(HttpHeaders.RETRY_AFTER);
    }

    @Test
    void aPoolWithoutAFreeConnectionIsAnsweredWith503() {
        var failure = new CannotCreateTransactionException(
                "no connection", new SQLTransientConnectionException("not available, request timed out"));

        assertThat(answers(Duration.ofSeconds(1)).failed(failure).getStatusCode())
                .isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    }

    @Test
    void aFailureWithoutASqlCauseIsAnsweredWith500() {
        assertThat(answers(Duration.ofSeconds(1))
                        .failed(new DataIntegrityViolationException("no cause"))
                        .getStatusCode())
                .isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    @Test
    void theTimeToWaitIsRoundedUpToSeconds() {
        assertThat(retryAfter(Duration.ofSeconds(2))).isEqualTo("2");
        assertThat(retryAfter(Duration.ofMillis(1))).isEqualTo("1");
        assertThat(retryAfter(Duration.ofMillis(2_001))).isEqualTo("3");
        assertThat(retryAfter(Duration.ZERO)).isEqualTo("0");
    }

    private static String retryAfter(Duration wait) {
        return String.valueOf(answerTo("08006", wait).getHeaders().getFirst(HttpHeaders.RETRY_AFTER));
    }

    private static ResponseEntity<?> answerTo(String state, Duration retryAfter) {
        return answers(retryAfter)
                .failed(new DataAccessResourceFailureException("failed", new SQLException("failed", state)));
    }

    private static UnavailableAnswers answers(Duration retryAfter) {
        return new UnavailableAnswers(new OrderProperties(65_536, 500, Set.of("EUR"), retryAfter));
    }
}
