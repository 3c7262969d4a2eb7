package dev.hopmeter.cdc;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.stereotype.Component;

/** Looks at the slot at intervals, for its lag's gauge and for health. */
@Component
class SlotWatch implements SchedulingConfigurer {

    private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);

    private final SourceDatabase database;
    private final CdcProperties properties;
    private volatile Optional<Slot> latest = Optional.empty();

    SlotWatch(SourceDatabase database, CdcProperties properties, MeterRegistry registry) {
        this.database = database;
        this.properties = properties;
        Gauge.builder("hopmeter.cdc.slot.lag", this, SlotWatch::lagBytes)
                .description("Log that Postgres has written since the place that the slot confirmed; unknown as NaN")
                .baseUnit("bytes")
                .tag("slot", properties.slotName())
                .register(registry);
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar registrar) {
        registrar.addFixedDelayTask(this::look, properties.slotCheckInterval());
    }

    /** The slot as it was at the latest look, if Postgres answered then. */
    Optional<Slot> latest() {
        return latest;
    }

    private void look() {
        try {
            latest = Optional.of(database.slot());
        } catch (DataAccessException e) {
            LOG.debug("Postgres does not answer", e);
            latest = Optional.empty();
        }
    }

    private double lagBytes() {
        return latest.filter(Slot.Usable.class::isInstance)
                .map(slot -> (double) ((Slot.Usable) slot).lagBytes())
                .orElse(Double.NaN);
    }
}
