package dev.hopmeter.load;

import java.time.Duration;
import java.util.Optional;

/**
 * A step between typing the command and the first measured event, and how long it took.
 *
 * @param partOf the step that it is a part of; such parts run at the same time and do not add up to it
 */
record StartUpPhase(String word, Optional<String> partOf, Duration length) {

    /** A step of its own. */
    StartUpPhase(String word, Duration length) {
        this(word, Optional.empty(), length);
    }
}
