package org.fdbox.daemon.handover;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/// Why something could not be done with a file, in words for people: the JDK tells much of it by the class of an exception.
public final class FileTrouble {

    private FileTrouble() {}

    /// The file and what is wrong with it.
    public static String of(IOException failed) {
        return switch (failed) {
            case NoSuchFileException absent -> absent.getFile() + ": no such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException there -> there.getFile() + ": something else is there";
            case DirectoryNotEmptyException full -> full.getFile() + ": the folder is not empty";
            case NotDirectoryException file -> file.getFile() + ": not a folder";
            case FileSystemLoopException loop -> loop.getFile() + ": links lead in a circle";
            case NotLinkException other -> other.getFile() + ": not a link";
            case FileSystemException other -> other.getMessage();
            default -> String.valueOf(failed.getMessage());
        };
    }
}
