package dev.hopmeter.spring.windows;

import dev.hopmeter.contract.WindowKey;
import dev.hopmeter.contract.WindowSize;
import dev.hopmeter.spring.MalformedException;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** The parts of an address that names windows, read for a query and for a watcher alike. */
final class Addressed {

    private Addressed() {}

    /**
     * What is asked for, by the first word of the address.
     *
     * @throws ErrorResponseException with 404 if this service does not sum that
     */
    static Source source(String path, Set<Source> summed) {
        return summed.stream()
                .filter(source -> source.path().equals(path))
                .findFirst()
                .orElseThrow(() -> notFound("there is no '" + path + "' here: this service sums "
                        + String.join(
                                " and ",
                                summed.stream().map(Source::word).sorted().toList())));
    }

    /**
     * The windows' size.
     *
     * @throws ErrorResponseException with 404 if there is no such size
     */
    static WindowSize size(String word) {
        return WindowSize.of(word)
                .orElseThrow(() -> notFound(
                        "there are no windows of that size, only of " + String.join(" and ", WindowSize.words())));
    }

    /**
     * The windows' key.
     *
     * @throws MalformedException if one of them is no word
     */
    static WindowKey key(String region, String kind) {
        try {
            return new WindowKey(region, kind);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ErrorResponseException notFound(String detail) {
        return new ErrorResponseException(
                HttpStatus.NOT_FOUND, ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, detail), null);
    }
}
