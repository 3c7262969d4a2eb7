package dev.hopmeter.load;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A WebSocket server of a few lines that can do what a real one does seldom: break a message into fragments at will, and leave
 * a handshake or a close without an answer.
 */
final class NotifierDouble implements AutoCloseable {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 1;
    private static final int CONTINUATION = 0;
    private static final int FINAL = 0x80;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final Map<String, Socket> subscribers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger toRefuse = new AtomicInteger();

    NotifierDouble() throws IOException {
        Thread.ofPlatform().daemon().start(this::accept);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** The request lines so far. */
    List<String> requests() {
        return requests;
    }

    /** Sends one message in as many fragments as there are parts. */
    void send(String target, String... parts) throws IOException {
        OutputStream out = socket(target).getOutputStream();
        for (int i = 0; i < parts.length; i++) {
            out.write(frame((i == 0 ? TEXT : CONTINUATION) | (i == parts.length - 1 ? FINAL : 0), parts[i]));
            out.flush();
        }
    }

    /** The next message of the other side, in however many fragments it comes; blocks until it is there. */
    String read(String target) throws IOException {
        DataInputStream in = new DataInputStream(socket(target).getInputStream());
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean last = false;
        while (!last) {
            last = (in.readUnsignedByte() & FINAL) != 0;
            int length = in.readUnsignedByte() & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = (int) in.readLong();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            message.writeBytes(payload);
        }
        return message.toString(StandardCharsets.UTF_8);
    }

    /** So many handshakes from now on are answered with 503. */
    void refuseNext(int handshakes) {
        toRefuse.set(handshakes);
    }

    /** Ends a connection without a word. */
    void drop(String target) throws IOException {
        socket(target).close();
    }

    /** Returns when the other side has ended the connection; it has 10 s for that. */
    void awaitEnd(String target) throws IOException {
        Socket socket = socket(target);
        socket.setSoTimeout(10_000);
        try {
            while (socket.getInputStream().read() >= 0) {
                // What comes before the end is of no interest.
            }
        } catch (SocketException e) {
            // It was cut off.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : subscribers.values()) {
            socket.close();
        }
    }

    private Socket socket(String target) {
        return subscribers.entrySet().stream()
                .filter(entry -> entry.getKey().contains(target))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                answer(server.accept());
            } catch (IOException e) {
                // The other side gave this connection up, or the test is over.
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        String request = head(socket.getInputStream());
        String line = request.lines().findFirst().orElse("");
        if (line.contains("never-answer")) {
            subscribers.put(line, socket);
            return;
        }
        String answer;
        if (toRefuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        } else {
            answer = line.contains("refuse-me")
                    ? "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"
                    : upgrade(request);
            subscribers.put(line, socket);
        }
        requests.add(line);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended within the head of a request");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static String upgrade(String request) {
        String key = request.lines()
                .filter(line -> line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18))
                .map(line -> line.substring(18).strip())
                .findFirst()
                .orElse("");
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(int head, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(head);
        if (payload.length < 126) {
            frame.write(payload.length);
        } else {
            frame.write(126);
            frame.write(payload.length >> 8);
            frame.write(payload.length & 0xff);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
