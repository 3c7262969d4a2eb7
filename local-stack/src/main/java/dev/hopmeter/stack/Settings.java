package dev.hopmeter.stack;

import java.util.Map;
import java.util.Set;

/** Checks what a part is asked to add to its configuration file. */
final class Settings {

    private Settings() {}

    /**
     * Refuses keys that the stack decides itself, and text that would not stay on its line.
     *
     * @throws StackException that names the part and the key
     */
    static void check(String part, Map<String, String> settings, Set<String> ours) {
        settings.forEach((key, value) -> {
            if (ours.contains(key)) {
                throw new StackException(part + ": " + key + " is decided by the local stack and cannot be set");
            }
            if (!key.matches("[A-Za-z][A-Za-z0-9._-]*") || value.chars().anyMatch(Character::isISOControl)) {
                throw new StackException(part + ": not a setting: " + key + "=" + value);
            }
        });
    }
}
