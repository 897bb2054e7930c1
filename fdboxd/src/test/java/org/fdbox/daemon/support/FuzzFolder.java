package org.fdbox.daemon.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.slf4j.LoggerFactory;

/// What the inputs of a fuzz test share: a folder in memory, where there is one, so that making things durable takes no time; and a
/// log that says nothing.
public final class FuzzFolder implements AutoCloseable {

    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private final Path path;

    public FuzzFolder() throws IOException {
        path = Files.isWritable(IN_MEMORY)
                ? Files.createTempDirectory(IN_MEMORY, "fdbox-fuzz-")
                : Files.createTempDirectory("fdbox-fuzz-");
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    }

    public Path path() {
        return path;
    }

    /// The lowest number that is free. It is the same before and after what leaves nothing open, and costs less than to list all
    /// that is open.
    public static int freeNumber() {
        try (OwnedFd lowest = EventFd.create(0, false, false)) {
            return lowest.number();
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
