package dev.hopmeter.cdc;

/** The brokers did not take a record, after all of the producer's own attempts. */
final class SendFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SendFailedException(Throwable cause) {
        super("the brokers did not take a record: " + cause.getMessage(), cause);
    }
}
