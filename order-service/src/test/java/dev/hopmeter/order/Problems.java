package dev.hopmeter.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Assertions on answers that refuse. */
final class Problems {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpResponse<String> answer;

    private Problems(HttpResponse<String> answer) {
        this.answer = answer;
    }

    static Problems assertThatAnswer(HttpResponse<String> answer) {
        return new Problems(answer);
    }

    /** The answer has that status, is problem details of RFC 9457, and its detail has that part. */
    void isProblem(int status, String part) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = JSON.readTree(answer.body().getBytes(UTF_8));
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asString()).isNotBlank();
        assertThat(problem.path("detail").asString()).containsIgnoringCase(part);
    }
}
