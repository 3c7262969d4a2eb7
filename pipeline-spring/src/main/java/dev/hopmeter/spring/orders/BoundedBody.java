package dev.hopmeter.spring.orders;

import dev.hopmeter.spring.MalformedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Reads the bodies of requests into memory up to a bound. */
final class BoundedBody {

    /** What is told a client whose body ends too early or cannot be decoded. */
    static final String BROKEN_OFF = "the body could not be read to its end";

    private BoundedBody() {}

    /**
     * The whole body, at least one byte. Blocks until it is there. Reads nothing if the announced length is too much, and
     * at most one byte over the bound if none is announced.
     *
     * @throws ErrorResponseException with status 413 if the body has more bytes than {@code most}
     * @throws MalformedException if the body is empty or ends before its announced end
     */
    static byte[] read(HttpServletRequest request, int most) {
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(most + 1);
        } catch (IOException e) {
            throw new MalformedException(BROKEN_OFF, e);
        }
        if (body.length > most) {
            throw tooLarge(most);
        }
        if (body.length == 0) {
            throw new MalformedException("the body is empty", null);
        }
        return body;
    }

    private static ErrorResponseException tooLarge(int most) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.CONTENT_TOO_LARGE, "the body has at most " + most + " bytes");
        return new ErrorResponseException(HttpStatus.CONTENT_TOO_LARGE, problem, null);
    }
}
