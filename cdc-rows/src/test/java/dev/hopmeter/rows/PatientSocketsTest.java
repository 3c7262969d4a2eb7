package dev.hopmeter.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatientSocketsTest {

    private ServerSocket listener;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        client = new PatientSockets("50").createSocket();
        client.connect(listener.getLocalSocketAddress());
        server = listener.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void withoutDataItSaysNoAndKeepsTheSocketsOwnTimeout() throws IOException {
        client.setSoTimeout(1_234);

        assertThat(client.getInputStream().available()).isZero();
        assertThat(client.getSoTimeout()).isEqualTo(1_234);
    }

    @Test
    void dataThatArrivesWhileItWaitsIsNoticedAndReadWhole() throws IOException {
        InputStream in = client.getInputStream();
        CompletableFuture<Integer> noticed = CompletableFuture.supplyAsync(() -> untilAvailable(in));
        send("hello");

        assertThat(noticed.join()).isPositive();
        send(" world");
        assertThat(new String(in.readNBytes(11), StandardCharsets.UTF_8)).isEqualTo("hello world");
        assertThat(in.available()).isZero();
    }

    @Test
    void singleBytesAndBlocksMix() throws IOException {
        InputStream in = client.getInputStream();
        send("abc");

        assertThat(untilAvailable(in)).isPositive();
        assertThat(in.read()).isEqualTo('a');
        assertThat(untilAvailable(in)).isPositive();
        assertThat(in.readNBytes(2)).containsExactly('b', 'c');
    }

    @Test
    void theEndOfTheStreamIsFoundByReading() throws IOException {
        InputStream in = client.getInputStream();
        server.close();

        assertThat(untilAvailable(in)).isEqualTo(1);
        assertThat(in.read(new byte[8], 0, 8)).isEqualTo(-1);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void withoutPatienceTheyAreSocketsAsAlways() throws IOException {
        try (Socket plain = new PatientSockets("0").createSocket()) {
            assertThat(plain.getClass()).isEqualTo(Socket.class);
        }
    }

    private void send(String text) throws IOException {
        server.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int untilAvailable(InputStream in) {
        try {
            for (int i = 0; i < 200; i++) {
                int available = in.available();
                if (available > 0) {
                    return available;
                }
            }
            return 0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
