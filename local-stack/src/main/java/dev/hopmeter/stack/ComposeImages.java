package dev.hopmeter.stack;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The images that {@code docker-compose.yml} runs, by their variables in the file {@code .env} beside it. */
public final class ComposeImages {

    private final Properties variables = new Properties();

    private ComposeImages() {}

    /** Those of the project that this module's tests run in. */
    public static ComposeImages read() {
        Path file = Path.of(System.getProperty("hopmeter.root", "..")).resolve(".env");
        ComposeImages images = new ComposeImages();
        try (Reader reader = Files.newBufferedReader(file)) {
            images.variables.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return images;
    }

    /** @throws IllegalArgumentException if there is no such variable */
    public String image(String variable) {
        String image = variables.getProperty(variable);
        if (image == null) {
            throw new IllegalArgumentException("there is no " + variable + " in .env");
        }
        return image;
    }
}
