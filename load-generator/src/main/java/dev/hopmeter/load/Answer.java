package dev.hopmeter.load;

/** How a placement ended. */
sealed interface Answer {

    /** The order is durable. */
    record Acknowledged() implements Answer {}

    /** The backend answered with that HTTP status, which is an error. */
    record Refused(int status) implements Answer {}

    /** There is no answer. */
    record Unanswered(String why) implements Answer {}
}
