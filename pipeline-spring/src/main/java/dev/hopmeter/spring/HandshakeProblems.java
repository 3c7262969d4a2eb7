package dev.hopmeter.spring;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;

/** Answers a WebSocket's handshake, which Spring MVC's error answers do not reach, with problem details (RFC 9457). */
public final class HandshakeProblems {

    private final WireFormat wireFormat;

    /** Written in that format. */
    public HandshakeProblems(WireFormat wireFormat) {
        this.wireFormat = wireFormat;
    }

    /** Writes the answer; headers that it needs besides are set before. */
    public void answer(ServerHttpResponse response, HttpStatus status, String title, String detail) throws IOException {
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
