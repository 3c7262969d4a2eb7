package dev.hopmeter.spring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Ends the service when the process that started it ends, however that ends: with {@code hopmeter.leash=stdin} the
 * service exits as soon as its standard input does. Without that property nothing is read.
 */
public final class Leash implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if ("stdin".equals(environment.getProperty("hopmeter.leash"))) {
            Thread.ofPlatform().daemon().name("leash").start(() -> exitAtEndOf(System.in));
        }
    }

    private static void exitAtEndOf(InputStream held) {
        try {
            held.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A broken pipe means the same as its end: whoever held it is gone.
        }
        Thread.ofPlatform().daemon().name("leash-last-resort").start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(143);
        });
        System.exit(143);
    }
}
