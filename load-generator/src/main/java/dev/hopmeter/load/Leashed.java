package dev.hopmeter.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Runs another program's main class, {@code Leashed CLASS ARGUMENT...}, and ends it with its standard input. */
final class Leashed {

    private Leashed() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread.ofPlatform().daemon().name("leash").start(() -> haltAtEndOf(System.in));
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private static void haltAtEndOf(InputStream held) {
        try {
            held.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A broken pipe means the same as its end: whoever held it is gone.
        }
        Runtime.getRuntime().halt(143);
    }
}
