package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Native memory of the current thread for the arguments and results of one system call. Only valid until the next
/// operation of this package on the same thread, so nothing here may be kept.
final class Scratch {

    /// Room for a path of PATH_MAX and for every structure of this package.
    static final int SIZE = 8192;

    private static final int ERRNO_ROOM = 16;

    /// Freed by the collector after the thread has ended.
    private static final ThreadLocal<Memory> OF_THREAD =
            ThreadLocal.withInitial(() -> new Memory(Arena.ofAuto().allocate(ERRNO_ROOM + SIZE, 16)));

    private record Memory(MemorySegment errno, MemorySegment arguments) {
        Memory(MemorySegment all) {
            this(all.asSlice(0, ERRNO_ROOM), all.asSlice(ERRNO_ROOM));
        }
    }

    private Scratch() {}

    static MemorySegment errno() {
        return OF_THREAD.get().errno();
    }

    static MemorySegment arguments() {
        return OF_THREAD.get().arguments();
    }

    /// The text with its closing NUL at the start of the arguments. Throws if it cannot be a path of the kernel.
    static MemorySegment path(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= 4096 || path.indexOf('\0') >= 0) {
            throw new SystemCallException("open", path, Errno.ENAMETOOLONG);
        }
        MemorySegment memory = arguments();
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        memory.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return memory;
    }
}
