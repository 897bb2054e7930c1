package org.fdbox.daemon.support;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.Stat;

/// Descriptors to put, and what to look for in them.
public final class Fds {

    private Fds() {}

    /// A memfd that holds a text.
    ///
    /// @return owned by the caller
    public static OwnedFd memfd(String text) {
        OwnedFd memfd = Memfd.create("test");
        Contents.write(memfd, text.getBytes(StandardCharsets.UTF_8), 0);
        return memfd;
    }

    /// The whole contents as text, whatever the position and access mode.
    public static String text(OwnedFd file) {
        try (OwnedFd reader = OpenFile.reopen(file, OpenFlags.RDONLY)) {
            byte[] bytes = Contents.read(reader, 0, (int) Stat.of(reader).size());
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /// Whether both are one open file description.
    public static boolean same(OwnedFd one, OwnedFd other) {
        return SameDescription.aliases(List.of(one, other)).size() == 1;
    }
}
