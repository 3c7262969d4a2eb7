package dev.hopmeter.spring;

import java.util.regex.Pattern;

/** Takes out of a setting what no one but its owner may read. */
final class Secrets {

    /** What stands in place of a secret. */
    static final String MASK = "(secret)";

    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i)passw|pass$|pwd|passphrase|secret|credential|jaas|token$|api.?key|private.?key|keystore\\.key$|sasl\\.client\\.id");

    /** Up to the last at sign, as a password may hold any character. */
    private static final Pattern USER_OF_ADDRESS = Pattern.compile("//\\S*@");

    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)([?&;,\\s][^=&;,\\s]*(?:passw|pwd|secret|token)[^=&;,\\s]*=)[^&;\\s]*");

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
}
