package dev.hopmeter.stack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The main class of a jar that starts, answers and fails as a service does, without what a service does. */
final class PretendedService {

    private PretendedService() {}

    static void main(String[] arguments) throws IOException {
        Properties properties = new Properties();
        String location = arguments[0].substring("--spring.config.additional-location=file:".length());
        try (Reader reader = Files.newBufferedReader(Path.of(location))) {
            properties.load(reader);
        }
        if (properties.containsKey("fails")) {
            System.out.println("cannot go on: " + properties.getProperty("fails"));
            System.exit(1);
        }
        Files.writeString(
                Path.of("starts"),
                "x",
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
        HttpServer server = HttpServer.create(
                new InetSocketAddress(
                        properties.getProperty("server.address"),
                        Integer.parseInt(properties.getProperty("server.port"))),
                0);
        byte[] starts = Files.readAllBytes(Path.of("starts"));
        server.createContext("/actuator/health/readiness", exchange -> {
            exchange.sendResponseHeaders(200, starts.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(starts);
            }
        });
        server.start();
        System.out.println("started with " + new String(starts, StandardCharsets.US_ASCII));
        if ("stdin".equals(properties.getProperty("hopmeter.leash"))) {
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(143);
        }
    }
}
