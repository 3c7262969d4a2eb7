package dev.hopmeter.cdc;

import java.util.Locale;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The connector's health, as {@code cdc}: up while the engine reads, out of service while something is waited for, down after
 * a failure or a refusal. Details: state, reason, remedy where it takes a person, and the slot.
 */
@Component
class CdcHealthIndicator implements HealthIndicator {

    private final EngineRuns runs;
    private final SlotWatch slots;
    private final CdcProperties properties;

    CdcHealthIndicator(EngineRuns runs, SlotWatch slots, CdcProperties properties) {
        this.runs = runs;
        this.slots = slots;
        this.properties = properties;
    }

    @Override
    public Health health() {
        Condition condition = runs.condition();
        Health.Builder health = switch (condition.phase()) {
            case RUNNING -> Health.up();
            case WAITING -> Health.outOfService();
            case REFUSED, FAILED, STOPPED -> Health.down();
        };
        health.withDetail("state", condition.phase().name().toLowerCase(Locale.ROOT))
                .withDetail("reason", condition.reason());
        condition.remedy().ifPresent(remedy -> health.withDetail("remedy", remedy));
        health.withDetail("slot", slots.latest().map(this::described).orElse("unknown"));
        return health.build();
    }

    private String described(Slot slot) {
        return properties.slotName() + ": "
                + switch (slot) {
                    case Slot.Absent absent -> "absent";
                    case Slot.Usable usable ->
                        (usable.active() ? "streaming, " : "idle, ")
                                + usable.lagBytes()
                                + " bytes behind, log "
                                + usable.walStatus();
                    case Slot.Broken broken -> "lost: " + broken.reason();
                    case Slot.Foreign foreign -> "foreign: " + foreign.reason();
                };
    }
}
