package dev.hopmeter.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Harper that the user has installed.
 *
 * @param program what Node.js is started with
 * @param version of Harper
 */
public record HarperHome(Path program, String version) {

    /** How to get one; Hopmeter neither holds nor downloads it. */
    public static final String HOW =
            "run 'npm install harperdb' in a folder of yours, which accepts Harper's own licence, and"
                    + " give --harper-home FOLDER (Node.js 20 or newer), or --harper-url for a cluster that runs";

    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern NODE = Pattern.compile("v(\\d+)\\..*");
    private static final int OLDEST_NODE = 20;
    private static final int PATIENCE_SECONDS = 20;

    /**
     * The one in that folder.
     *
     * @throws StackException if there is none, or no Node.js that runs it; the message says why in one line
     */
    public static HarperHome in(Path folder) {
        Path installed = folder.toAbsolutePath().resolve("node_modules").resolve("harperdb");
        Path program = installed.resolve("bin").resolve("harperdb.js");
        if (!Files.isRegularFile(program)) {
            throw new StackException("there is no Harper in " + folder + ": " + HOW);
        }
        checkNode();
        try {
            Matcher version =
                    VERSION.matcher(Files.readString(installed.resolve("package.json"), StandardCharsets.UTF_8));
            return new HarperHome(program, version.find() ? version.group(1) : "unknown");
        } catch (IOException e) {
            throw new StackException(
                    "the Harper in " + folder + " cannot be read: package.json, " + FileFault.text(e), e);
        }
    }

    private static void checkNode() {
        try {
            Process process = new ProcessBuilder("node", "--version")
                    .redirectErrorStream(true)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new StackException("'node --version' does not answer");
            }
            checkNode(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new StackException("there is no Node.js on the path: Harper needs 20 or newer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while Node.js was asked for its version", e);
        }
    }

    /** @param said by {@code node --version} */
    static void checkNode(String said) {
        Matcher version = NODE.matcher(said);
        if (!version.matches() || Integer.parseInt(version.group(1)) < OLDEST_NODE) {
            throw new StackException("Harper needs Node.js " + OLDEST_NODE + " or newer, and the one on the path is "
                    + said + "; put a newer one first on the path");
        }
    }
}
