package org.fdbox.daemon.handover;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fdbox.protocol.Refused;

/// Why something could not be done with a file, in words for people: the JDK tells much of it by the class of an exception.
public final class FileTrouble {

    private static final Map<Pattern, String> ADVICE = Map.of(
            Pattern.compile("ENOSPC|EDQUOT|No space left|quota exceeded"),
            "make room on that disk and try again, or save to another with 'fdbox save --dir'",
            Pattern.compile("EROFS|Read-only file system"),
            "make that file system writable and try again, or save to another with 'fdbox save --dir'",
            Pattern.compile("EFBIG|File too large"),
            "raise the size that the daemon's files may have (LimitFSIZE=, ulimit -f)",
            Pattern.compile("EIO|Input/output error"),
            "the disk may be failing: save to another with 'fdbox save --dir'",
            Pattern.compile("EMFILE|ENFILE|Too many open files"),
            "raise how many descriptors there may be (LimitNOFILE=, ulimit -n)");

    private FileTrouble() {}

    /// The file, what is wrong with it, and what to do where that can be told.
    ///
    /// @param failed an IOException or a SystemCallException, or what says all there is to say itself
    public static String of(Exception failed) {
        return withAdvice(switch (failed) {
            case NoSuchFileException absent -> absent.getFile() + ": no such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException there -> there.getFile() + ": something else is there";
            case DirectoryNotEmptyException full -> full.getFile() + ": the folder is not empty";
            case NotDirectoryException file -> file.getFile() + ": not a folder";
            case FileSystemLoopException loop -> loop.getFile() + ": links lead in a circle";
            case NotLinkException other -> other.getFile() + ": not a link";
            default -> String.valueOf(failed.getMessage());
        });
    }

    /// What a whole handover fails with.
    static Refused.HandoverFailed refusal(String why) {
        return new Refused.HandoverFailed(Optional.empty(), Optional.empty(), why);
    }

    /// The JDK's words are those of strerror(3), and ours begin with the name of the number.
    private static String withAdvice(String told) {
        return ADVICE.entrySet().stream().filter(advice -> advice.getKey().matcher(told).find()).findFirst()
                .map(advice -> told + "; " + advice.getValue()).orElse(told);
    }
}
