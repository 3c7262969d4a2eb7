package dev.hopmeter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.load.Hopmeter;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** {@code README.md} and {@code docs/results}. */
class HeadlineTest {

    @Test
    void theReadmeHasTheHeadlineOfACommittedStudyIfAndOnlyIfThereIsOne() {
        StringWriter out = new StringWriter();

        int status = new Hopmeter()
                .run(new String[] {"publish", "--check"}, new PrintWriter(out, true), new PrintWriter(out, true));

        assertThat(status).as("%s", out).isEqualTo(Hopmeter.VALID);
    }
}
