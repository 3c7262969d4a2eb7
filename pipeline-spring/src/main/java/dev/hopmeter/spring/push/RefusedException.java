package dev.hopmeter.spring.push;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A recipient is not let in; the detail says why, in words for the one who asked. */
public final class RefusedException extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    /** To be answered with that status and detail; headers can be added. */
    public RefusedException(HttpStatus status, String detail, @Nullable Throwable cause) {
        super(status, ProblemDetail.forStatusAndDetail(status, detail), cause);
    }
}
