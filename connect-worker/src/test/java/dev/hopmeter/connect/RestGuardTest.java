package dev.hopmeter.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestGuardTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void onlyTheUserWithThePasswordIsPermitted() throws IOException {
        RestGuard guard = new RestGuard();
        guard.configure(Map.of(RestGuard.PASSWORD_FILE, file("open sesame\n").toString()));

        assertThat(guard.permits(basic("hopmeter:open sesame"))).isTrue();
        assertThat(guard.permits(basic("hopmeter:open"))).isFalse();
        assertThat(guard.permits(basic("other:open sesame"))).isFalse();
        assertThat(guard.permits("open sesame")).isFalse();
        assertThat(guard.permits(null)).isFalse();
    }

    @Test
    void withoutAPasswordItDoesNotStart() throws IOException {
        String empty = file("").toString();
        assertThatThrownBy(() -> new RestGuard().configure(Map.of())).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> new RestGuard().configure(Map.of(RestGuard.PASSWORD_FILE, empty)))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> new RestGuard().configure(Map.of(RestGuard.PASSWORD_FILE, "/nowhere/at-all")))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void oneThatIsNotConfiguredPermitsNobodyWithAName() {
        assertThat(new RestGuard().permits(basic("hopmeter:"))).isFalse();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("password"), text);
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
