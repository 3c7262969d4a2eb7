package dev.hopmeter.spring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/** Ends the service with status 1 at a failure that no policy covers. */
public final class EmergencyStop {

    private static final Logger LOG = LoggerFactory.getLogger(EmergencyStop.class);

    private final ApplicationContext context;

    /** Of the service with that context. */
    public EmergencyStop(ApplicationContext context) {
        this.context = context;
    }

    /** The task has failed; returns at once. */
    public void because(String task, Throwable failure) {
        LOG.error("The {} failed, the service ends", task, failure);
        AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
        Thread.ofPlatform().name("emergency-stop").start(() -> System.exit(SpringApplication.exit(context, () -> 1)));
    }
}
