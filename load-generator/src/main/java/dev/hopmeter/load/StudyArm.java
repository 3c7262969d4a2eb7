package dev.hopmeter.load;

import dev.hopmeter.contract.Backend;
import dev.hopmeter.stack.Arm;
import java.util.regex.Pattern;

/**
 * One of the arms that a study compares.
 *
 * @param arm the name of one that comes with Hopmeter, or a file that holds one
 * @param again whether it is the second copy of an arm: the A/A arm, whose difference from the first is chance
 */
record StudyArm(Backend backend, String arm, boolean again) {

    private static final Pattern UNFIT = Pattern.compile("[^A-Za-z0-9.-]+");

    /**
     * Reads {@code BACKEND/ARM}, or {@code BACKEND} alone for its usual arm.
     *
     * @throws IllegalArgumentException if there is no such backend, or it has no stacks
     */
    static StudyArm of(String text) {
        int slash = text.indexOf('/');
        Backend backend = RunCommand.backend(slash < 0 ? text : text.substring(0, slash));
        if (backend == Backend.IN_MEMORY) {
            throw new IllegalArgumentException("the in-memory backend has no arms to compare");
        }
        return new StudyArm(backend, slash < 0 ? Arm.usual(backend) : text.substring(slash + 1), false);
    }

    /** Its second copy. */
    StudyArm copy() {
        return new StudyArm(backend, arm, true);
    }

    /** Itself, or what it is the second copy of. */
    StudyArm original() {
        return new StudyArm(backend, arm, false);
    }

    /** Whether it is its backend's usual one, or among those that a study has by itself. */
    boolean isUsual() {
        return arm.equals(Arm.usual(backend)) || StudyPlan.USUAL_ARMS.contains(label());
    }

    /** As in {@code conventional/strong (A/A)}. */
    String label() {
        return backend.word() + "/" + arm + (again ? " (A/A)" : "");
    }

    /** The same, fit for the name of a folder. */
    String word() {
        return UNFIT.matcher(backend.word() + "-" + arm).replaceAll("-") + (again ? "-again" : "");
    }
}
