package dev.hopmeter.rows;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets for pgjdbc that, asked whether there is something to read, wait for it in the kernel for a while before they say
 * no. Debezium's WAL reader only ever asks, and pauses for the poll interval after five times no: with these it is woken by
 * the data. Named in pgjdbc's {@code socketFactory}, which makes it, hence public. Over TLS they change nothing.
 */
public final class PatientSockets extends SocketFactory {

    private final int patienceMillis;

    /** Sockets that wait that many milliseconds; with 0, sockets as they always are. */
    public PatientSockets(String patienceMillis) {
        this.patienceMillis = Integer.parseInt(patienceMillis);
    }

    @Override
    public Socket createSocket() {
        return patienceMillis == 0 ? new Socket() : new PatientSocket(patienceMillis);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("pgjdbc connects its sockets itself");
    }

    private static final class PatientSocket extends Socket {
        private final int patienceMillis;
        private @Nullable PatientStream stream;

        PatientSocket(int patienceMillis) {
            this.patienceMillis = patienceMillis;
        }

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (stream == null) {
                stream = new PatientStream(this, super.getInputStream(), patienceMillis);
            }
            return stream;
        }
    }

    /** Used by one thread at a time, as pgjdbc does. */
    private static final class PatientStream extends FilterInputStream {
        private static final int NOTHING = -2;
        private static final int END = -1;

        private final Socket socket;
        private final int patienceMillis;
        private int ahead = NOTHING;

        PatientStream(Socket socket, InputStream in, int patienceMillis) {
            super(in);
            this.socket = socket;
            this.patienceMillis = patienceMillis;
        }

        /** At the end of the stream this answers 1, so that the reader reads and finds it. */
        @Override
        public int available() throws IOException {
            if (ahead != NOTHING) {
                return 1 + in.available();
            }
            int here = in.available();
            return here > 0 ? here : awaitByte();
        }

        @Override
        public int read() throws IOException {
            if (ahead == NOTHING) {
                return in.read();
            }
            int next = ahead;
            ahead = next == END ? END : NOTHING;
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (ahead == NOTHING || length == 0) {
                return in.read(target, offset, length);
            }
            int first = read();
            if (first == END) {
                return END;
            }
            target[offset] = (byte) first;
            int more = Math.min(length - 1, in.available());
            return more == 0 ? 1 : 1 + Math.max(0, in.read(target, offset + 1, more));
        }

        private int awaitByte() throws IOException {
            int before = socket.getSoTimeout();
            socket.setSoTimeout(patienceMillis);
            try {
                ahead = in.read();
                return 1;
            } catch (SocketTimeoutException e) {
                return 0;
            } finally {
                socket.setSoTimeout(before);
            }
        }
    }
}
