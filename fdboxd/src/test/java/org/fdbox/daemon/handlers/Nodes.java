package org.fdbox.daemon.handlers;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.SystemCallException;

/// Nodes of the file system for tests; a machine that has none skips the test, and says what it lacks.
final class Nodes {

    private Nodes() {}

    /// The path of a block device that this user may read.
    static String blockDevice() {
        for (String name : new String[]{"loop0", "vda", "sda", "nvme0n1", "ram0"}) {
            String path = "/dev/" + name;
            try {
                OpenFile.open(path, OpenFlags.RDONLY | OpenFlags.NONBLOCK).close();
                return path;
            } catch (SystemCallException missing) {
                // Perhaps the next one.
            }
        }
        return abort("there is no block device that this user may read");
    }

    /// Makes a FIFO.
    static Path fifo(Path path) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "mkfifo is missing");
        var mkfifo = new ProcessBuilder("/usr/bin/mkfifo", path.toString()).start();
        assumeTrue(mkfifo.waitFor() == 0, "mkfifo made no FIFO");
        return path;
    }
}
