package dev.hopmeter.unified;

import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Trail;
import dev.hopmeter.spring.MalformedException;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Postgres's output plug-in {@code pgoutput} says, in its protocol's version 1, with logical messages and with
 * columns in binary or as text: see "Logical Replication Message Formats" in Postgres's documentation. Only the inserted
 * orders and our own messages are read of it; what cannot be read of these is counted. For one thread.
 */
final class LogDecoder {

    /** Postgres counts microseconds from 2000 on. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private static final int TRANSACTIONAL = 1;

    private static final List<String> COLUMNS = List.of(
            "id",
            "idempotency_key",
            "customer",
            "region",
            "kind",
            "amount",
            "currency",
            "lines",
            "placed_nanos",
            "trail");

    private static final int ABSENT = -1;

    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final Counter unreadable;
    private final Consumer<Transaction> complete;
    private final Map<Integer, int[]> tables = new HashMap<>();
    private final Keys keys = new Keys();
    private final Values values = new Values(COLUMNS.size());

    private volatile @Nullable Transaction open;

    /**
     * Reads nothing yet.
     *
     * @param unreadable counts what is no order, message or event although it should be
     * @param complete is given each transaction once its commit is read, in the order of the log
     */
    LogDecoder(WireFormat wireFormat, Stamps stamps, Counter unreadable, Consumer<Transaction> complete) {
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.unreadable = unreadable;
        this.complete = complete;
    }

    /** Forgets a transaction whose end did not come, and what it knew of tables: the next one is of another connection. */
    void restart() {
        open = null;
        tables.clear();
    }

    /** Whether the end of a transaction is still to come, or to be handed on. Asked by any thread. */
    boolean isInside() {
        return open != null;
    }

    /**
     * Reads one message of the stream.
     *
     * @throws IllegalStateException if it does not fit what came before
     */
    void read(ByteBuffer message) {
        int length = message.remaining();
        byte type = message.get();
        Transaction before = open;
        if (before != null) {
            before.readFrom(length);
        }
        switch (type) {
            case 'B' -> {
                message.getLong();
                long micros = message.getLong();
                Transaction begun = new Transaction(message.getInt(), (micros + EPOCH_MICROS) * 1_000);
                begun.readFrom(length);
                open = begun;
            }
            case 'C' -> {
                message.get();
                message.getLong();
                Transaction ended = opened();
                ended.endsAt(message.getLong());
                complete.accept(ended);
                open = null;
            }
            case 'R' -> table(message);
            case 'I' -> inserted(message);
            case 'M' -> logged(message);
            default -> {
                // Origins, types, truncation; updates and deletes, which nobody makes here.
            }
        }
    }

    private Transaction opened() {
        Transaction now = open;
        if (now == null) {
            throw new IllegalStateException("a change outside of a transaction");
        }
        return now;
    }

    private void table(ByteBuffer message) {
        int oid = message.getInt();
        text(message);
        boolean orders = text(message).equals("orders");
        message.get();
        int[] places = new int[message.getShort()];
        for (int i = 0; i < places.length; i++) {
            message.get();
            places[i] = COLUMNS.indexOf(text(message));
            message.getInt();
            message.getInt();
        }
        if (orders) {
            tables.put(oid, places);
        } else {
            tables.remove(oid);
        }
    }

    private void inserted(ByteBuffer message) {
        long streamed = stamps.now();
        int[] places = tables.get(message.getInt());
        if (places == null) {
            return;
        }
        message.get();
        values.read(message, places);
        Transaction transaction = opened();
        try {
            transaction.add(order(transaction, streamed));
        } catch (MalformedException e) {
            unreadable.increment();
        }
    }

    private Entry order(Transaction transaction, long streamed) {
        String region = values.text(3);
        String kind = values.text(4);
        long amount = values.number(5);
        String trail = values.isNull(9) ? null : values.text(9);
        OrderTuple row = new OrderTuple(
                wireFormat,
                values.uuid(0),
                values.isNull(1) ? null : values.text(1),
                values.text(2),
                region,
                kind,
                amount,
                values.text(6),
                values.json(7),
                values.number(8));
        return new Entry.Placed(
                keys.of(region, kind),
                region,
                kind,
                amount,
                trail == null ? null : timed(read(trail), transaction, streamed),
                row);
    }

    private void logged(ByteBuffer message) {
        long streamed = stamps.now();
        boolean transactional = message.get() == TRANSACTIONAL;
        message.getLong();
        String prefix = text(message);
        message.getInt();
        if (!transactional || !prefix.equals(PublishedFrame.PREFIX)) {
            return;
        }
        Transaction transaction = opened();
        try {
            while (message.hasRemaining()) {
                PublishedFrame.Item item = PublishedFrame.next(message);
                Trail trail = item.trail() == null ? null : timed(item.trail(), transaction, streamed);
                transaction.add(item.entry(keys.of(item.region(), item.kind()), trail));
            }
        } catch (MalformedException e) {
            unreadable.increment();
        }
    }

    /** The only place that takes COMMITTED and STREAMED. */
    private Trail timed(Trail received, Transaction transaction, long streamed) {
        Trail committed = stamps.at(received, Stamp.COMMITTED, transaction.commitNanos());
        return stamps.at(committed, Stamp.STREAMED, streamed);
    }

    private static Trail read(String trail) {
        try {
            return Trail.parse(trail);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("this is no trail", e);
        }
    }

    private static String text(ByteBuffer message) {
        int start = message.position();
        int end = start;
        while (message.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        message.get(bytes);
        message.get();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The texts of the few keys that there are, so that an event makes none. */
    private static final class Keys {
        private static final int MOST = 10_000;
        private final Map<String, Map<String, String>> byRegion = new HashMap<>();
        private int size;

        String of(String region, String kind) {
            if (size == MOST) {
                byRegion.clear();
                size = 0;
            }
            return byRegion.computeIfAbsent(region, any -> new HashMap<>()).computeIfAbsent(kind, any -> {
                size++;
                return region + "/" + kind;
            });
        }
    }

    /** The columns of one row, by their place in {@link #COLUMNS}: where they lie in the message. */
    private static final class Values {
        private final int[] starts;
        private final int[] lengths;
        private final boolean[] binary;
        private ByteBuffer message = ByteBuffer.allocate(0);

        Values(int columns) {
            starts = new int[columns];
            lengths = new int[columns];
            binary = new boolean[columns];
        }

        void read(ByteBuffer row, int[] places) {
            message = row;
            Arrays.fill(lengths, ABSENT);
            int columns = row.getShort();
            for (int i = 0; i < columns; i++) {
                byte form = row.get();
                if (form == 'n' || form == 'u') {
                    continue;
                }
                int length = row.getInt();
                int place = i < places.length ? places[i] : ABSENT;
                if (place != ABSENT) {
                    starts[place] = row.position();
                    lengths[place] = length;
                    binary[place] = form == 'b';
                }
                row.position(row.position() + length);
            }
        }

        boolean isNull(int place) {
            return lengths[place] == ABSENT;
        }

        String text(int place) {
            return new String(bytes(place), StandardCharsets.UTF_8);
        }

        long number(int place) {
            if (binary[place] && lengths[place] == Long.BYTES) {
                return message.getLong(starts[place]);
            }
            try {
                return Long.parseLong(text(place));
            } catch (NumberFormatException e) {
                throw new MalformedException(COLUMNS.get(place) + " is no number", e);
            }
        }

        UUID uuid(int place) {
            if (binary[place] && lengths[place] == 2 * Long.BYTES) {
                return new UUID(message.getLong(starts[place]), message.getLong(starts[place] + Long.BYTES));
            }
            try {
                return UUID.fromString(text(place));
            } catch (IllegalArgumentException e) {
                throw new MalformedException(COLUMNS.get(place) + " is no UUID", e);
            }
        }

        /** In binary, jsonb has a byte with its version before the text. */
        byte[] json(int place) {
            byte[] json = bytes(place);
            return binary[place] ? Arrays.copyOfRange(json, 1, json.length) : json;
        }

        private byte[] bytes(int place) {
            if (isNull(place)) {
                throw new MalformedException("a row without " + COLUMNS.get(place), null);
            }
            byte[] bytes = new byte[lengths[place]];
            message.get(starts[place], bytes);
            return bytes;
        }
    }
}
