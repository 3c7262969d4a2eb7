package dev.hopmeter.load;

import org.jspecify.annotations.Nullable;

/** The receiver that a driver was opened with. Safe for use by many threads. */
final class OpenedReceiver {

    private volatile @Nullable Receiver receiver;

    void open(Receiver opened) {
        receiver = opened;
    }

    /** @throws IllegalStateException if the driver was not opened */
    Receiver get() {
        Receiver opened = receiver;
        if (opened == null) {
            throw new IllegalStateException("a driver is opened before it is used");
        }
        return opened;
    }
}
