package dev.hopmeter.spring;

import java.util.List;

/** Parts of a service of one kind, told at {@code /actuator/info} of a service that has it as a bean. */
@FunctionalInterface
public interface EffectiveParts {

    /** Each part as it is now. Called by many threads; blocks for no one outside of the process. */
    List<EffectivePart> parts();
}
