package org.fdbox.test.support;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;

/// Descriptors to put and what to look for in them afterwards. All are owned by the caller.
public final class TestFds {

    private TestFds() {}

    /// A memfd that holds a text, its position at 0.
    public static OwnedFd memfd(String text) {
        OwnedFd memfd = Memfd.create("test");
        Contents.write(memfd, text.getBytes(StandardCharsets.UTF_8), 0);
        return memfd;
    }

    /// The whole contents of a file as text, whatever its position.
    public static String text(OwnedFd file) {
        try (OwnedFd reader = OpenFile.reopen(file, OpenFlags.RDONLY)) {
            byte[] bytes = Contents.read(reader, 0, (int) Stat.of(reader).size());
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /// A regular file for reading and writing.
    public static OwnedFd file(Path path) {
        return OpenFile.open(path.toString(), OpenFlags.RDWR);
    }
}
