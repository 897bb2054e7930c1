package org.fdbox.test.handover;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FdInfo;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Stat;

/// All that can be told of an open file and that a handover promises to keep, down to the last byte. Two that are equal
/// cannot be told apart by looking.
///
/// @param link what /proc shows, without the numbers of pipes and sockets
/// @param position -1 where it has none
/// @param flags by name, the access mode first
/// @param contents of memfds and what waits in pipes, one character a byte
/// @param rest what only this kind has
record Snapshot(
        FileType type,
        String link,
        int permissions,
        int uid,
        int gid,
        long position,
        List<String> flags,
        String contents,
        Map<String, Object> rest) {

    /// @param fd stays the caller's, and its position where it is
    static Snapshot of(OwnedFd fd) {
        var facts = new FdFacts(fd);
        Stat stat = facts.stat();
        var rest = new LinkedHashMap<String, Object>();
        String contents = switch (stat.type()) {
            case REGULAR -> file(fd, facts, rest);
            case FIFO -> pipe(fd, facts, rest);
            case ANONYMOUS -> counter(fd, rest);
            case SOCKET -> {
                rest.put("socket", facts.socket());
                yield "";
            }
            case CHARACTER_DEVICE -> {
                rest.put("represents", stat.represents());
                yield "";
            }
            case DIRECTORY -> {
                rest.put("inode", stat.inode());
                yield "";
            }
            case BLOCK_DEVICE, SYMBOLIC_LINK -> throw new AssertionError("no specimen of this kind");
        };
        return new Snapshot(
                stat.type(), facts.link().replaceAll(":\\[[0-9]+\\]", ""), stat.permissions(), stat.uid(),
                stat.gid(), OpenFile.position(fd), OpenFlags.names(facts.flags()), contents, rest);
    }

    private static String file(OwnedFd fd, FdFacts facts, Map<String, Object> rest) {
        long size = facts.stat().size();
        rest.put("size", size);
        if (facts.link().startsWith("/memfd:")) {
            rest.put("seals", Memfd.seals(fd));
        } else {
            rest.put("inode", facts.stat().inode());
        }
        try (OwnedFd reader = OpenFile.reopen(fd, OpenFlags.RDONLY)) {
            rest.put("extents", Contents.dataExtents(reader, size));
            return text(Contents.read(reader, 0, (int) size));
        }
    }

    private static String pipe(OwnedFd fd, FdFacts facts, Map<String, Object> rest) {
        rest.put("capacity", Pipe.capacity(fd));
        boolean reads = (facts.flags() & OpenFlags.ACCESS_MODE) == OpenFlags.RDONLY;
        return reads ? text(Pipe.peek(fd)) : "";
    }

    private static String counter(OwnedFd fd, Map<String, Object> rest) {
        FdInfo info = FdInfo.of(fd);
        rest.put("count", info.get("eventfd-count"));
        rest.put("semaphore", info.get("eventfd-semaphore"));
        return "";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
