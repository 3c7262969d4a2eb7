package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectPartTest {

    @Test
    void aFailedTaskIsSaidWithTheFirstLineOfItsTraceAndTheLastCauseInIt() {
        assertThat(ConnectPart.failureIn("""
            200 {"name":"hopmeter-orders","connector":{"state":"RUNNING","worker_id":"127.0.0.1:1"},"tasks":[{"id":0,\
            "state":"FAILED","worker_id":"127.0.0.1:1","trace":"org.a.ConnectException: An exception, \\"so\\".\\n\\tat \
            A.b(C.java:1)\\nCaused by: B: in between\\nCaused by: org.p.PSQLException: gone\\n\\t... 5 more\\n"}],"type":"source"}\
            """))
                .contains("connect-worker: hopmeter-orders has failed: org.a.ConnectException: An exception, \"so\"."
                        + "; Caused by: org.p.PSQLException: gone");
    }

    @Test
    void aTraceCanBeLong() {
        String trace = "A: so\\n" + "\\tat A.b(C.java:1)\\r\\n".repeat(20_000) + "Caused by: D: why\\n";
        assertThat(ConnectPart.failureIn(
                        "200 {\"tasks\":[{\"id\":0,\"state\":\"FAILED\",\"trace\":\"" + trace + "\"}]}"))
                .contains("connect-worker: hopmeter-orders has failed: A: so; Caused by: D: why");
    }

    @Test
    void aFailureWithoutATraceIsOneAllTheSame() {
        assertThat(ConnectPart.failureIn("""
            200 {"name":"hopmeter-orders","connector":{"state":"FAILED","worker_id":"w"},"tasks":[]}\
            """))
                .hasValueSatisfying(text -> assertThat(text).contains("has failed"));
    }

    @Test
    void whatRunsHasNotFailed() {
        assertThat(ConnectPart.failureIn("""
            200 {"name":"hopmeter-orders","connector":{"state":"RUNNING","worker_id":"w"},"tasks":[{"id":0,\
            "state":"RUNNING","worker_id":"w"}],"type":"source"}\
            """)).isEmpty();
    }
}
