package dev.hopmeter.cdc;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the connector reads and what it does when it cannot. The values of Debezium's own settings are Debezium's defaults;
 * addresses are {@code spring.datasource.*} and {@code spring.kafka.*}, the producer's settings
 * {@code spring.kafka.producer.*}.
 *
 * @param schema of the table of orders
 * @param table of orders
 * @param publication that publishes just that table; created by {@code order-service}, never by this connector
 * @param slotName of the replication slot, which this connector creates and owns
 * @param offsetsFile where the position is kept across restarts; a file for each slot
 * @param whenSlotLost what happens when the slot cannot continue where the stored position ends
 * @param snapshotMode what is read before streaming where there is no stored position
 * @param pollInterval lower is sooner and costs CPU: it is paid twice in series, once in the pause of the WAL reader after
 *     it found nothing, once in the queue, which holds a batch that is not full for that long
 * @param readPatience how long one look for new log waits for it in the kernel; 0 looks and pauses, as shipped. Higher is
 *     sooner and costs less CPU, as the poll interval is then only paid after five such waits without any log; storing the
 *     position may wait as long. Some ten milliseconds to 1 s, with a batch size of 1 so that the queue does not wait either
 * @param maxBatchSize lower is sooner where traffic is low, as a full batch does not wait for the poll interval; higher
 *     costs less CPU for each record
 * @param maxQueueSize rows held between the WAL reader and the handler; higher rides out longer stalls with more memory
 * @param offsetFlushInterval lower means fewer duplicates after a kill and less WAL kept by Postgres, and costs a disk
 *     flush each time
 * @param maxInFlight records sent and not acknowledged yet; when as many are under way, reading waits. Higher rides out
 *     longer broker stalls with more memory
 * @param retryInterval how long to wait before looking again for something that is missing, and the first back-off after
 *     a failure
 * @param maxBackOff the longest back-off after repeated failures, which doubles from the retry interval
 * @param slotCheckInterval how often the slot's lag and state are read; lower is fresher and costs a query
 * @param closeTimeout how long a stop waits for records under way and for the engine; after it the process is halted.
 *     Lower ends sooner and leaves more duplicates for the next start
 * @param debezium any other setting of the Postgres connector or the engine, by Debezium's name; those that this connector
 *     depends on are refused
 */
@Validated
@ConfigurationProperties(prefix = "hopmeter.cdc", ignoreUnknownFields = false)
record CdcProperties(
        @DefaultValue("public") @NotBlank String schema,
        @DefaultValue("orders") @NotBlank String table,
        @DefaultValue("hopmeter_orders") @NotBlank String publication,

        @DefaultValue("hopmeter_cdc") @Pattern(regexp = "[a-z0-9_]{1,63}")
        String slotName,

        @DefaultValue("hopmeter-cdc.offsets") Path offsetsFile,
        @DefaultValue("refuse") WhenSlotLost whenSlotLost,
        @DefaultValue("initial") SnapshotMode snapshotMode,
        @DefaultValue("500ms") @DurationMin(millis = 1) Duration pollInterval,

        @DefaultValue("0ms") @DurationMin(millis = 0) @DurationMax(millis = 1_000)
        Duration readPatience,

        @DefaultValue("2048") @Min(1) int maxBatchSize,
        @DefaultValue("8192") @Min(1) int maxQueueSize,
        @DefaultValue("60s") @DurationMin(millis = 0) Duration offsetFlushInterval,
        @DefaultValue("10000") @Min(1) int maxInFlight,
        @DefaultValue("1s") @DurationMin(millis = 1) Duration retryInterval,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration maxBackOff,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration slotCheckInterval,
        @DefaultValue("4s") @DurationMin(millis = 1) Duration closeTimeout,
        @DefaultValue Map<String, String> debezium) {

    /** What happens when the slot is missing, invalidated or ahead of the stored position. */
    enum WhenSlotLost {
        /** Nothing is read; health is down and says how to mend it. */
        REFUSE,
        /** A new slot is made and the table is read again: duplicates, nothing lost. */
        RESNAPSHOT
    }

    /** What is read before streaming where there is no stored position. */
    enum SnapshotMode {
        /** Every row once. */
        INITIAL,
        /** No row: only what is committed once the slot exists. */
        NO_DATA,
        /** Every row at each start: duplicates. */
        ALWAYS
    }
}
