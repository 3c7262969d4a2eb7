package dev.hopmeter.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void noPortIsGivenTwice() {
        Ports ports = new Ports();
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            assertThat(given.add(ports.next())).isTrue();
        }
    }

    @Test
    void portsAreBelowThoseOfOutgoingConnections() {
        Ports ports = new Ports();
        for (int i = 0; i < 100; i++) {
            assertThat(ports.next()).isBetween(1024, 32_767);
        }
    }

    @Test
    void aPortThatSomebodyListensOnIsNotFree() throws IOException {
        int port = new Ports().next();
        assertThat(Ports.isFree(port)).isTrue();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(Ports.isFree(port)).isFalse();
        }
    }
}
