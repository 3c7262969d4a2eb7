package dev.hopmeter.stack;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be read or written, in words: the exceptions of {@code java.nio.file} often say a file's name alone. */
public final class FileFault {

    private FileFault() {}

    /** What is wrong, without the name of the file that was asked for. */
    public static String text(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileAlreadyExistsException there -> there.getFile() + " is there already";
            case NotDirectoryException file -> file.getFile() + " is no folder";
            case CharacterCodingException _ -> "it is not UTF-8 text";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            case IOException other when other.getMessage() != null -> other.getMessage();
            case IOException other -> other.getClass().getSimpleName();
        };
    }
}
