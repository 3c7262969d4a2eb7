package dev.hopmeter.spring.push;

import dev.hopmeter.spring.WireFormat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.socket.server.HandshakeFailureException;

/** Answers a handshake that is refused, where Spring MVC's error answers do not reach. */
public final class HandshakeRefusals {

    private final WireFormat wireFormat;

    /** In that format. */
    public HandshakeRefusals(WireFormat wireFormat) {
        this.wireFormat = wireFormat;
    }

    /** Answers with problem details (RFC 9457), or with a redirection's headers alone. */
    public void answer(ServerHttpResponse response, ErrorResponseException refusal) {
        response.setStatusCode(refusal.getStatusCode());
        response.getHeaders().putAll(refusal.getHeaders());
        if (refusal.getStatusCode().isError()) {
            Map<String, Object> problem = new LinkedHashMap<>();
            problem.put("type", "about:blank");
            problem.put("title", refusal.getBody().getTitle());
            problem.put("status", refusal.getStatusCode().value());
            problem.put("detail", refusal.getBody().getDetail());
            response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
            try {
                response.getBody().write(wireFormat.writeValue(problem));
            } catch (IOException e) {
                throw new HandshakeFailureException("a refusal could not be written", e);
            }
        }
    }
}
