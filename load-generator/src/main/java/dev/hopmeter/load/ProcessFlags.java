package dev.hopmeter.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flags that the JVMs of a stack were started with, by their command lines. */
final class ProcessFlags {

    private ProcessFlags() {}

    /** Of each of these processes that is a JVM, by name. */
    static Map<String, PartSettings> of(Map<String, Long> processes) {
        Map<String, PartSettings> parts = new LinkedHashMap<>();
        processes.forEach((name, pid) -> {
            try {
                String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
                List<String> words = List.of(line.split("\0"));
                if (words.getFirst().endsWith("/java")) {
                    parts.put(name, flags(words));
                }
            } catch (IOException e) {
                parts.put(name, new PartSettings().untold("flags", "the system does not tell its command line"));
            }
        });
        if (processes.isEmpty()) {
            parts.put("all", new PartSettings().untold("flags", "the processes were not started here"));
        }
        return parts;
    }

    /** The JVM's own flags among the words of a command line; the last one of a name counts. */
    static PartSettings flags(List<String> words) {
        PartSettings part = new PartSettings().untold("defaults of flags", "a JVM's command line does not tell them");
        for (String word : words) {
            if (word.startsWith("-XX:+") || word.startsWith("-XX:-")) {
                add(part, word.substring(5), word.charAt(4) == '+' ? "true" : "false");
            } else if (word.startsWith("-XX:")) {
                add(part, word.substring(4, indexOf(word, '=')), after(word, '='));
            } else if (word.matches("-Xm[nsx]\\d+[kKmMgG]?")) {
                add(part, word.substring(1, 4), word.substring(4));
            } else if (word.startsWith("-X")) {
                add(part, word.substring(1, indexOf(word, ':')), after(word, ':'));
            } else if (word.startsWith("--")) {
                if (word.startsWith("--enable-native-access") || word.startsWith("--sun-misc-unsafe")) {
                    add(part, word.substring(2, indexOf(word, '=')), after(word, '='));
                }
            }
        }
        return part;
    }

    private static void add(PartSettings part, String name, String value) {
        part.add(name, value, null, "command line");
    }

    private static int indexOf(String word, char separator) {
        int at = word.indexOf(separator);
        return at < 0 ? word.length() : at;
    }

    private static String after(String word, char separator) {
        int at = word.indexOf(separator);
        return at < 0 ? "" : word.substring(at + 1);
    }
}
