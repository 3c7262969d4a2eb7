package dev.hopmeter.stack;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How to run what refuses to run as root, as Postgres does: as it is for an ordinary user; for root in a user namespace of
 * its own or, where those are closed, as the user {@code nobody}.
 */
record Unprivileged(List<String> prefix, boolean otherUser) {

    private static final List<String> NAMESPACE = List.of("unshare", "-U");
    private static final List<List<String>> OTHER_USER = List.of(
            List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups"),
            List.of("runuser", "-u", "nobody", "--"),
            List.of("sudo", "-n", "-u", "nobody"));

    /**
     * The first way that works here for files in that folder.
     *
     * @throws StackException for root, when none does
     */
    static Unprivileged in(Path folder) {
        if (!isRoot(folder)) {
            return new Unprivileged(List.of(), false);
        }
        if (works(NAMESPACE, folder)) {
            return new Unprivileged(NAMESPACE, false);
        }
        return OTHER_USER.stream()
                .filter(prefix -> works(prefix, folder.getRoot()))
                .findFirst()
                .map(prefix -> new Unprivileged(prefix, true))
                .orElseThrow(() -> new StackException(
                        "Postgres does not run as root, and neither a user namespace (unshare -U) nor the user"
                                + " nobody (setpriv, runuser, sudo) can be used here: start as an ordinary user"));
    }

    private static boolean isRoot(Path folder) {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid"));
        } catch (IOException e) {
            throw new StackException("cannot read who owns " + folder, e);
        }
    }

    private static boolean works(List<String> prefix, Path folder) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-c", "test \"$(id -u)\" != 0 && ls ."));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted", e);
        }
    }

    /** The command, to be run that way. */
    List<String> command(List<String> words) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(words);
        return command;
    }

    /** Gives that folder and all in it to the user, and lets the user reach it; nothing when the user stays the same. */
    void own(Path folder, Path stack) {
        if (!otherUser) {
            return;
        }
        try {
            UserPrincipal nobody =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
            Files.setPosixFilePermissions(stack, PosixFilePermissions.fromString("rwx--x--x"));
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                    Files.setOwner(each, nobody);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                    if (!attributes.isSymbolicLink()) {
                        Files.setOwner(each, nobody);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new StackException("cannot give " + folder + " to the user nobody", e);
        }
    }
}
