package dev.hopmeter.spring.orders;

import dev.hopmeter.contract.OrderDraft;
import dev.hopmeter.spring.WireFormat;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells drafts with the same content from others, however their JSON was spaced or ordered. */
public class Fingerprints {

    private final WireFormat wire;

    Fingerprints(WireFormat wire) {
        this.wire = wire;
    }

    /** The SHA-256 of the draft's JSON as {@link WireFormat} writes it: 32 bytes. */
    public byte[] of(OrderDraft draft) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(wire.writeValue(draft));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
