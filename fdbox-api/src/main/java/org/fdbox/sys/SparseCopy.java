package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

import org.fdbox.sys.Contents.Extent;

/// Copies the contents of seekable files, holes kept, with their checksum, and brings a copy up to date by writing only what
/// changed. Nobody's position moves.
///
/// The file is cut into chunks, which a few threads take in turn. Each chunk is read once into a buffer, summed there and
/// written from there, so the checksum is that of the copy even while somebody writes to the source.
public final class SparseCopy {

    static final int CHUNK = 1 << 20;

    /// Small enough to stay in a core's own cache between reading, summing and writing.
    private static final int BUFFER = 128 << 10;
    private static final long LEAST_FOR_THREADS = 8L * CHUNK;
    private static final int MOST_THREADS = 4;
    /// A disk that begins early with many small runs takes longer in all.
    private static final int FEW_RUNS = 4;
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    private static final int PUNCH_HOLE_AND_KEEP_SIZE = 3;

    private final OwnedFd from;
    private final OwnedFd to;
    private final Chunks chunks;
    private final Extents extents;
    /// What the copy holds already; null for a new one.
    private final Snapshot before;

    /// What a copy holds: where it has data, and a checksum of each chunk.
    ///
    /// @param starts of the chunks with data, ascending
    /// @param checksums CRC32C of the data of each of them, run after run
    public record Snapshot(Extents extents, long[] starts, int[] checksums) {

        /// The CRC32C of all data, run after run.
        public int crc32c() {
            int crc = 0;
            for (int i = 0; i < starts.length; i++) {
                long length = extents.within(starts[i], starts[i] + CHUNK).bytes();
                crc = Crc32c.joined(crc, checksums[i], length);
            }
            return crc;
        }

        private int checksum(long start) {
            return checksums[Arrays.binarySearch(starts, start)];
        }
    }

    private SparseCopy(OwnedFd from, OwnedFd to, Extents extents, Snapshot before, LongConsumer copied) {
        this.from = from;
        this.to = to;
        this.extents = extents;
        this.before = before;
        this.chunks = new Chunks(extents, before == null ? Extents.none() : before.extents, copied);
    }

    /// Copies runs to the same offsets of another file that has nothing there.
    ///
    /// @param copied told how many bytes were copied so far, by one thread at a time
    /// @throws SystemCallException if reading or writing fails, or the source ends early (EIO)
    public static Snapshot copy(OwnedFd from, OwnedFd to, Extents extents, LongConsumer copied) {
        return new SparseCopy(from, to, extents, null, copied).run();
    }

    /// Makes an earlier copy the same as its source is now. Every byte is compared; only chunks that differ are written.
    ///
    /// @param to readable and writable, of the source's size by now
    /// @param before what `to` holds
    /// @param extents where the source has data now
    /// @throws SystemCallException as [#copy]; the copy is then of no more use
    public static Snapshot refresh(
            OwnedFd from, OwnedFd to, Snapshot before, Extents extents, LongConsumer compared) {
        return new SparseCopy(from, to, extents, before, compared).run();
    }

    private Snapshot run() {
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        chunks.work(extents.bytes() < LEAST_FOR_THREADS ? 1 : threads, this::work);
        return new Snapshot(extents, chunks.starts(), chunks.checksums());
    }

    private void work() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER, 4096);
            MemorySegment other = before == null ? buffer : arena.allocate(BUFFER, 4096);
            for (long start = chunks.next(); start >= 0; start = chunks.next()) {
                Extents runs = extents.within(start, start + CHUNK);
                int checksum = before != null && isSame(start, runs, buffer, other)
                        ? before.checksum(start)
                        : write(start, runs, buffer);
                chunks.done(start, checksum, runs.bytes());
            }
        }
    }

    private boolean isSame(long start, Extents runs, MemorySegment buffer, MemorySegment other) {
        if (!runs.equals(before.extents.within(start, start + CHUNK))) {
            long punched = to.call(SystemCall.FALLOCATE, PUNCH_HOLE_AND_KEEP_SIZE, start, CHUNK);
            Kernel.check(punched, SystemCall.FALLOCATE, to.toString());
            return false;
        }
        for (Extent run : runs) {
            for (long done = 0; done < run.length();) {
                int count = (int) Math.min(BUFFER, run.length() - done);
                Contents.readFully(from, buffer, count, run.offset() + done);
                Contents.readFully(to, other, count, run.offset() + done);
                if (buffer.asSlice(0, count).mismatch(other.asSlice(0, count)) != -1) {
                    return false;
                }
                done += count;
            }
        }
        return true;
    }

    private int write(long start, Extents runs, MemorySegment buffer) {
        var crc = new CRC32C();
        for (Extent run : runs) {
            for (long done = 0; done < run.length();) {
                int count = (int) Math.min(BUFFER, run.length() - done);
                Contents.readFully(from, buffer, count, run.offset() + done);
                crc.update(buffer.asSlice(0, count).asByteBuffer());
                Contents.writeFully(to, buffer, count, run.offset() + done);
                done += count;
            }
        }
        if (runs.size() <= FEW_RUNS) {
            // Lets the disk begin; that it is durable is fsync's to say. Refused where the file is no file of a disk.
            to.call(SystemCall.SYNC_FILE_RANGE, start, CHUNK, SYNC_FILE_RANGE_WRITE);
        }
        return (int) crc.getValue();
    }
}
