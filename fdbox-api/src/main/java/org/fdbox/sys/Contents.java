package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/// Reading and writing the contents of seekable files without moving anybody's position. [SparseCopy] copies them.
public final class Contents {

    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int CHUNK = 1 << 20;
    private static final int MANY_RUNS = 16;

    /// A run of data, in bytes; what lies between two runs is a hole.
    public record Extent(long offset, long length) {}

    private Contents() {}

    /// Where a file has data, in ascending order (lseek(2), SEEK_DATA). Moves the position: pass a descriptor of your own.
    ///
    /// @param size up to where to look
    /// @throws SystemCallException if the file cannot seek
    public static Extents dataExtents(OwnedFd file, long size) {
        return dataExtents(file, size, () -> {});
    }

    /// The same.
    ///
    /// @param getsOn is run now and then
    public static Extents dataExtents(OwnedFd file, long size, Runnable getsOn) {
        var extents = new Extents.Builder(size);
        long at = 0;
        for (int runs = 1; at < size; runs++) {
            if (runs % MANY_RUNS == 0) {
                getsOn.run();
            }
            long data = file.call(SystemCall.LSEEK, at, SEEK_DATA, 0);
            if (data == -Errno.ENXIO) {
                break;
            }
            Kernel.check(data, SystemCall.LSEEK, file);
            long hole = Math.min(size, file.must(SystemCall.LSEEK, data, SEEK_HOLE));
            if (hole <= data) {
                break;
            }
            extents.add(data, hole - data);
            at = hole;
        }
        return extents.build();
    }

    /// The CRC32C of the data of the extents.
    public static int checksum(OwnedFd file, Iterable<Extent> extents) {
        return checksum(file, extents, _ -> {});
    }

    /// The same.
    ///
    /// @param done told how many bytes were read so far
    public static int checksum(OwnedFd file, Iterable<Extent> extents, LongConsumer done) {
        var crc = new CRC32C();
        long all = 0;
        try (var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK, 4096);
            for (Extent extent : extents) {
                for (long read = 0; read < extent.length;) {
                    int want = (int) Math.min(CHUNK, extent.length - read);
                    int count = readFully(file, buffer, want, extent.offset + read);
                    crc.update(buffer.asSlice(0, count).asByteBuffer());
                    read += count;
                    all += count;
                    done.accept(all);
                }
            }
        }
        return (int) crc.getValue();
    }

    /// Writes bytes at an offset.
    public static void write(OwnedFd file, byte[] bytes, long offset) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, bytes.length));
            buffer.asByteBuffer().put(bytes);
            writeFully(file, buffer, bytes.length, offset);
        }
    }

    /// Reads exactly so many bytes at an offset.
    public static byte[] read(OwnedFd file, long offset, int count) {
        var bytes = new byte[count];
        try (var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, count));
            readFully(file, buffer, count, offset);
            buffer.asByteBuffer().get(bytes);
        }
        return bytes;
    }

    static int readFully(OwnedFd file, MemorySegment buffer, int count, long offset) {
        int done = 0;
        while (done < count) {
            long address = buffer.address() + done;
            int left = count - done;
            long at = offset + done;
            long answer = Kernel.retry(() -> file.call(SystemCall.PREAD64, address, left, at));
            Kernel.check(answer, SystemCall.PREAD64, file);
            if (answer == 0) {
                throw new SystemCallException("pread (the file became shorter)", file.toString(), Errno.EIO);
            }
            done += (int) answer;
        }
        return done;
    }

    static void writeFully(OwnedFd file, MemorySegment buffer, int count, long offset) {
        int done = 0;
        while (done < count) {
            long address = buffer.address() + done;
            int left = count - done;
            long at = offset + done;
            long answer = Kernel.retry(() -> file.call(SystemCall.PWRITE64, address, left, at));
            done += (int) Kernel.check(answer, SystemCall.PWRITE64, file);
        }
    }
}
