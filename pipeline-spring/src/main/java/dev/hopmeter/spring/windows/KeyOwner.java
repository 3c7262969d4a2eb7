package dev.hopmeter.spring.windows;

/** Where the windows of a key are summed. */
public sealed interface KeyOwner {

    /** By this instance, in that partition. */
    record Here(int partition) implements KeyOwner {}

    /** By another instance. */
    record Elsewhere(InstanceAddress address) implements KeyOwner {}

    /** It is not known now; it will be later. */
    record Unknown(String reason) implements KeyOwner {}
}
