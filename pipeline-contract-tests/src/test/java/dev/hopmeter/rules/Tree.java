package dev.hopmeter.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's own files, as they lie in the working tree. */
final class Tree {

    /** The modules that hold code of a release, by folder. */
    static final List<String> MODULES = List.of(
            "pipeline-contract",
            "pipeline-spring",
            "local-stack",
            "order-service",
            "cdc-rows",
            "cdc-connector",
            "connect-worker",
            "router-service",
            "aggregator-service",
            "notifier-service",
            "unified-backend",
            "load-generator",
            "pipeline-contract-tests");

    private Tree() {}

    /** The folder of the parent pom, given by the build. */
    static Path root() {
        String root = System.getProperty("hopmeter.root");
        if (root == null || !Files.exists(Path.of(root, "pom.xml"))) {
            throw new IllegalStateException("-Dhopmeter.root must name the project's folder, not " + root);
        }
        return Path.of(root);
    }

    static List<Path> mainSources() {
        return MODULES.stream()
                .map(module -> root().resolve(module).resolve("src/main/java"))
                .flatMap(folder -> javaBelow(folder).stream())
                .toList();
    }

    static List<Path> allSources() {
        return MODULES.stream()
                .map(module -> root().resolve(module).resolve("src"))
                .flatMap(folder -> javaBelow(folder).stream())
                .toList();
    }

    static List<Path> compiled() {
        return MODULES.stream()
                .map(module -> root().resolve(module).resolve("target/classes"))
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> javaBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
