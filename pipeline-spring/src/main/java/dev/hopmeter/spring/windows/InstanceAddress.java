package dev.hopmeter.spring.windows;

/**
 * Where other instances, and their clients, reach one.
 *
 * @param host name or address
 * @param port of its web server
 */
public record InstanceAddress(String host, int port) {}
