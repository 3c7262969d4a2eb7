package dev.hopmeter.load;

import dev.hopmeter.stack.FileFault;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a command says that cannot be carried out as it was given. */
final class Refusal {

    private Refusal() {}

    /**
     * The refusal to throw.
     *
     * @param spec of the command; a command line sets it
     * @param why its message is told, in one line
     */
    static ParameterException of(@Nullable CommandSpec spec, Exception why) {
        if (spec == null) {
            throw new IllegalStateException("this command is run by a command line", why);
        }
        String message = why instanceof FileSystemException file
                ? file.getFile() + ": " + FileFault.text(file)
                : String.valueOf(why.getMessage());
        return new ParameterException(spec.commandLine(), message, why);
    }
}
