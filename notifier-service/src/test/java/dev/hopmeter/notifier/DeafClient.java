package dev.hopmeter.notifier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.springframework.context.ConfigurableApplicationContext;

/** A subscriber that connects and then never reads, with a small buffer of its own. */
final class DeafClient implements AutoCloseable {

    private final Socket socket = new Socket();

    DeafClient(ConfigurableApplicationContext notifier, String endpointAndQuery) throws IOException {
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Client.port(notifier)));
        String handshake = "GET " + endpointAndQuery + " HTTP/1.1\r\n"
                + "Host: 127.0.0.1:" + Client.port(notifier) + "\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(handshake.getBytes(StandardCharsets.US_ASCII));
        byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
        if (!new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 101")) {
            throw new IOException("refused: " + new String(status, StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
