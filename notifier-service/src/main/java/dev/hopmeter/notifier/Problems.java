package dev.hopmeter.notifier;

import dev.hopmeter.spring.WireFormat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;

/** Answers a handshake with problem details (RFC 9457). */
final class Problems {

    private final WireFormat wireFormat;

    Problems(WireFormat wireFormat) {
        this.wireFormat = wireFormat;
    }

    /** Writes the answer. */
    void answer(ServerHttpResponse response, HttpStatus status, String title, String detail) throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", title);
        problem.put("status", status.value());
        problem.put("detail", detail);
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getBody().write(wireFormat.writeValue(problem));
    }
}
