package dev.hopmeter.spring.orders;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.resilience.InvocationRejectedException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers with 503 and {@code Retry-After} where there is no room for a request, or the database cannot be reached, has no
 * room, is shutting down, or no connection of the pool became free in time; with 500 where the database refused something
 * that it should not have been asked.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnavailableAnswers {

    private static final Logger log = LoggerFactory.getLogger(UnavailableAnswers.class);

    /** Classes of SQLSTATE: connection, insufficient resources, operator intervention, system error. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "57", "58");

    /** The server became a standby, as in a failover. */
    private static final String READ_ONLY = "25006";

    private final Duration retryAfter;

    UnavailableAnswers(OrderProperties properties) {
        this.retryAfter = properties.retryAfter();
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<ProblemDetail> failed(RuntimeException failure) {
        if (isPassing(failure)) {
            log.warn("Database unavailable: {}", failure.toString());
            return unavailable(
                    "the database is unavailable; an order repeated with the same Idempotency-Key is stored once");
        }
        log.error("Database failure", failure);
        return ResponseEntity.internalServerError()
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.INTERNAL_SERVER_ERROR, "the database could not do what it was asked"));
    }

    @ExceptionHandler(InvocationRejectedException.class)
    ResponseEntity<ProblemDetail> noRoom(InvocationRejectedException refused) {
        return unavailable(refused.getMessage() + "; nothing was stored");
    }

    private ResponseEntity<ProblemDetail> unavailable(String detail) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, Long.toString(seconds(retryAfter)))
                .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, detail));
    }

    /** Whether the same request may well succeed later. */
    static boolean isPassing(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true;
            }
            if (cause instanceof SQLException sql && isPassing(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPassing(@Nullable String state) {
        return state != null
                && (READ_ONLY.equals(state)
                        || (state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2))));
    }

    private static long seconds(Duration duration) {
        return duration.plusNanos(999_999_999).toSeconds();
    }
}
