package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Optional;

/// What tells a file apart from every other, also after its device got another number: its file system's own id (statfs(2))
/// and its handle (name_to_handle_at(2)), which a new file with an old inode number does not share.
public final class FileSystem {

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int MOST_HANDLE_BYTES = 128;

    /// @param type the magic number of statfs(2)
    /// @param id f_fsid in hexadecimal; zeros where the file system has none
    public record Id(long type, String id) {
        public boolean isKnown() {
            return !id.matches("0*");
        }
    }

    private FileSystem() {}

    /// The file system of an open file. May wait for a server.
    public static Id of(OwnedFd fd) {
        MemorySegment statfs = Scratch.arguments().asSlice(0, 120);
        fd.must(SystemCall.FSTATFS, statfs.address(), 0);
        return new Id(
                statfs.get(ValueLayout.JAVA_LONG, 0),
                "%016x".formatted(statfs.get(ValueLayout.JAVA_LONG, 56)));
    }

    /// The handle of an open file, or empty where its file system has none.
    public static Optional<String> handle(OwnedFd fd) {
        MemorySegment memory = Scratch.path("");
        MemorySegment handle = memory.asSlice(16, 8 + MOST_HANDLE_BYTES);
        MemorySegment mount = memory.asSlice(512, 8);
        handle.set(ValueLayout.JAVA_INT, 0, MOST_HANDLE_BYTES);
        long answer = fd.kernel().call(
                SystemCall.NAME_TO_HANDLE_AT,
                fd.number(),
                memory.address(),
                handle.address(),
                mount.address(),
                AT_EMPTY_PATH);
        if (answer < 0) {
            return Optional.empty();
        }
        byte[] bytes = handle.asSlice(8, handle.get(ValueLayout.JAVA_INT, 0)).toArray(ValueLayout.JAVA_BYTE);
        return Optional.of(handle.get(ValueLayout.JAVA_INT, 4) + ":" + HexFormat.of().formatHex(bytes));
    }
}
