package dev.hopmeter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessCostsTest {

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "no other system tells it")
    void whatProcessesShareOfTheirMemoryIsCountedOnce() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "sleep 600 & sleep 600 & wait").start();
        try {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> shell.descendants().count() == 2);
            ProcessCosts before = ProcessCosts.now(Map.of("shell", shell.pid()));

            long counted = before.since(before, 1).stream()
                    .filter(cost -> cost.process().equals("shell"))
                    .mapToLong(ProcessCosts.Cost::residentBytes)
                    .sum();

            long each = 0;
            for (ProcessHandle process : List.of(
                    shell.toHandle(),
                    shell.descendants().toList().getFirst(),
                    shell.descendants().toList().getLast())) {
                each += residentBytes(process.pid());
            }
            assertThat(counted).isPositive().isLessThan(each);
        } finally {
            shell.descendants().forEach(ProcessHandle::destroy);
            shell.destroy();
        }
    }

    private static long residentBytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
