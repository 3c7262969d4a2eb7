package dev.hopmeter.spring.push;

import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.WireFormat;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Admits a recipient before its connection is upgraded, or answers, where Spring MVC's error answers do not reach, with
 * problem details (RFC 9457) or a redirection. An admission that is not followed by an upgrade is taken back.
 */
final class AdmissionHandshake<R extends Recipient<?>> implements HandshakeHandler {

    /** The connection's attribute that holds its recipient. */
    static final String RECIPIENT = "hopmeter.recipient";

    private final HandshakeHandler upgrade = new DefaultHandshakeHandler();
    private final Function<URI, R> admission;
    private final Consumer<R> gone;
    private final HandshakeRefusals refusals;

    AdmissionHandshake(Function<URI, R> admission, Consumer<R> gone, WireFormat wireFormat) {
        this.admission = admission;
        this.gone = gone;
        this.refusals = new HandshakeRefusals(wireFormat);
    }

    @Override
    public boolean doHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        R recipient;
        try {
            recipient = admission.apply(request.getURI());
        } catch (MalformedException e) {
            ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
            problem.setTitle("Malformed input");
            return refuse(response, new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, e));
        } catch (ErrorResponseException e) {
            return refuse(response, e);
        }
        attributes.put(RECIPIENT, recipient);
        boolean upgraded = false;
        try {
            upgraded = upgrade.doHandshake(request, response, handler, attributes);
            return upgraded;
        } finally {
            if (!upgraded) {
                gone.accept(recipient);
            }
        }
    }

    private boolean refuse(ServerHttpResponse response, ErrorResponseException refusal) {
        refusals.answer(response, refusal);
        return false;
    }
}
