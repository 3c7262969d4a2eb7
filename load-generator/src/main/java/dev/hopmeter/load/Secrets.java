package dev.hopmeter.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Takes out of settings what no one but their owner may read, before they are printed or written. */
final class Secrets {

    /** What stands in place of a secret. */
    static final String MASK = "(secret)";

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)passw|pass$|pwd|passphrase|secret|credential|jaas|token$"
                    + "|api.?key|private.?key|keystore\\.key$|sasl\\.client\\.id|masterauth|conninfo");

    /** Up to the last at sign, as a password may hold any character. */
    private static final Pattern USER_OF_ADDRESS = Pattern.compile("//\\S*@");

    /** In an address, or among flags. */
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)((?:^|[?&;,\\s])[^=&;,\\s]*(?:passw|pwd|secret|token)[^=&;,\\s]*=)[^&;\\s]*");

    private Secrets() {}

    /** The value as it can be told: nothing of it under the name of a secret, no user and password of an address. */
    static String masked(String name, String value) {
        if (value.isEmpty()) {
            return value;
        }
        if (SECRET_NAME.matcher(name).find()) {
            return MASK;
        }
        String told = USER_OF_ADDRESS.matcher(value).replaceAll("//" + MASK + "@");
        return SECRET_PARAMETER.matcher(told).replaceAll("$1" + MASK);
    }

    /** Settings by name, each as it can be told. */
    static Map<String, String> masked(Map<String, String> settings) {
        Map<String, String> told = new TreeMap<>();
        settings.forEach((name, value) -> told.put(name, masked(name, value)));
        return told;
    }
}
