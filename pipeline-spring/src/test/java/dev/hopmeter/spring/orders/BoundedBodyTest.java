package dev.hopmeter.spring.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hopmeter.spring.MalformedException;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.ErrorResponseException;

class BoundedBodyTest {

    @Test
    void aBodyOfExactlyTheBoundIsRead() {
        byte[] body = "0123456789".getBytes(StandardCharsets.US_ASCII);

        assertThat(BoundedBody.read(requestWith(body), 10)).isEqualTo(body);
    }

    @Test
    void aBodyThatAnnouncesOneByteMoreIsRefusedUnread() {
        MockHttpServletRequest announced = new MockHttpServletRequest() {
            @Override
            public long getContentLengthLong() {
                return 11;
            }

            @Override
            public ServletInputStream getInputStream() {
                throw new AssertionError("read although its announced length is too much");
            }
        };

        assertThat(refusalOf(announced, 10)).isEqualTo(HttpStatus.CONTENT_TOO_LARGE);
    }

    @Test
    void aBodyWithoutAnAnnouncedLengthIsReadOneByteOverTheBoundAndRefused() {
        ByteArrayInputStream input = new ByteArrayInputStream(new byte[1_000_000]);

        assertThat(refusalOf(unannounced(input), 10)).isEqualTo(HttpStatus.CONTENT_TOO_LARGE);
        assertThat(input.available()).isEqualTo(1_000_000 - 11);
    }

    @Test
    void anEmptyBodyIsMalformed() {
        assertThatThrownBy(() -> BoundedBody.read(requestWith(new byte[0]), 10))
                .isInstanceOf(MalformedException.class)
                .hasMessage("the body is empty");
    }

    @Test
    void aBodyThatBreaksOffIsMalformed() {
        InputStream rest = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("gone");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new EOFException("gone");
            }
        };
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[5]), rest);

        assertThatThrownBy(() -> BoundedBody.read(unannounced(broken), 10))
                .isInstanceOf(MalformedException.class)
                .hasCauseInstanceOf(EOFException.class);
    }

    private static HttpStatus refusalOf(MockHttpServletRequest request, int most) {
        ErrorResponseException refusal =
                catchThrowableOfType(ErrorResponseException.class, () -> BoundedBody.read(request, most));
        assertThat(refusal).isNotNull();
        return HttpStatus.valueOf(refusal.getStatusCode().value());
    }

    private static MockHttpServletRequest requestWith(byte[] body) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/orders");
        request.setContent(body);
        return request;
    }

    private static MockHttpServletRequest unannounced(InputStream input) {
        return new MockHttpServletRequest() {
            @Override
            public long getContentLengthLong() {
                return -1;
            }

            @Override
            public ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(input);
            }
        };
    }
}
