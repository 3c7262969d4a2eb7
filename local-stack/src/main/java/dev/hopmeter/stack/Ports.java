package dev.hopmeter.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address, below the range from which the systems take the ports of outgoing connections
 * (Linux from 32768, macOS from 49152): a client that keeps trying a port of that range while its server restarts can
 * end up connected to itself, and then the server cannot have its port back.
 */
final class Ports {

    private static final int FIRST = 20_000;
    private static final int END = 32_000;
    private static final int ATTEMPTS = 1_000;

    private final Set<Integer> given = ConcurrentHashMap.newKeySet();

    /** A port that nobody listens on now and that this object has not given before. */
    int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (given.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new StackException("no free port from " + FIRST + " to " + (END - 1) + " on 127.0.0.1");
    }

    /** Whether a server could listen on that port of the loopback address now. */
    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
