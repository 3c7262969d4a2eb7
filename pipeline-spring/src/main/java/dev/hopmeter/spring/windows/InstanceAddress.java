package dev.hopmeter.spring.windows;

/**
 * Where other instances, and their clients, reach one.
 *
 * @param host name or address
 * @param port of its web server
 */
public record InstanceAddress(String host, int port) {

    /** Reads the text {@code host:port}, whose port is a number. */
    public static InstanceAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        return new InstanceAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** {@code host:port}. */
    public String text() {
        return host + ":" + port;
    }
}
