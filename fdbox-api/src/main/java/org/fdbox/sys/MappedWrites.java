package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A kernel whose pwrite(2) works on files that can only be mapped, if they are new: zeros, which such a file is full of, are
/// not written. Pages are allocated before they are touched, so that a lack of them is an answer and not a SIGBUS.
///
/// @param kernel the real one
/// @param pageSize what mappings are multiples of, in bytes
record MappedWrites(Kernel kernel, long pageSize) implements Kernel {

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    @Override
    public long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        return call == SystemCall.PWRITE64 ? write(a, memory(b, c), d) : kernel.call(call, a, b, c, d, e, f);
    }

    private long write(long file, MemorySegment bytes, long offset) {
        if (isZero(bytes)) {
            return bytes.byteSize();
        }
        long start = offset - offset % pageSize;
        long pages = (offset + bytes.byteSize() - start + pageSize - 1) / pageSize;
        long length = pages * pageSize;
        String subject = "descriptor " + file;
        long room = Kernel.retry(() -> kernel.call(SystemCall.FALLOCATE, file, 0, start, length));
        Kernel.check(room, SystemCall.FALLOCATE, subject);
        long address =
                kernel.call(SystemCall.MMAP, 0, length, PROT_READ_WRITE, MAP_SHARED, file, start);
        Kernel.check(address, SystemCall.MMAP, subject);
        memory(address + offset - start, bytes.byteSize()).copyFrom(bytes);
        kernel.call(SystemCall.MUNMAP, address, length);
        return bytes.byteSize();
    }

    /// Whether the first byte is zero, and each other one the same as the one before it.
    private static boolean isZero(MemorySegment bytes) {
        long size = bytes.byteSize();
        return size == 0
                || bytes.get(ValueLayout.JAVA_BYTE, 0) == 0
                        && bytes.asSlice(1).mismatch(bytes.asSlice(0, size - 1)) == -1;
    }

    /// The memory is the caller's of the system call, or a mapping that was just made.
    @SuppressWarnings("restricted")
    private static MemorySegment memory(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
