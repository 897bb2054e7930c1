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

    /// Large enough that calls and waiting for a turn cost little, small enough to stay in the cache between reading, comparing,
    /// summing and writing.
    static final int CHUNK = 1 << 20;

    private static final int BLOCK = 4096;
    private static final long LEAST_FOR_THREADS = 8L << 20;
    private static final int MOST_THREADS = 4;
    /// A disk that begins early with many small runs takes longer in all.
    private static final int FEW_RUNS = 4;
    private static final int PUNCH_HOLE_AND_KEEP_SIZE = 3;

    private final OwnedFd from;
    private final OwnedFd to;
    private final Chunks chunks;
    private final WriteBehind disk;
    private final Extents extents;
    /// What the copy holds already; null for a new one.
    private final Snapshot before;
    private final boolean moving;

    /// What a copy holds: where it has data, and a checksum of each chunk.
    ///
    /// @param starts of the chunks with data, ascending
    /// @param checksums CRC32C of the data of each of them, run after run
    public record Snapshot(Extents extents, long[] starts, int[] checksums) {

        /// The CRC32C of all data, run after run.
        public int crc32c() {
            var crc = new Crc32c();
            for (int i = 0; i < starts.length; i++) {
                crc.append(checksums[i], extents.within(starts[i], end(starts[i])).bytes());
            }
            return crc.value();
        }

        private int checksum(long start) {
            return checksums[Arrays.binarySearch(starts, start)];
        }
    }

    private SparseCopy(OwnedFd from, OwnedFd to, Extents extents, Snapshot before, boolean moving,
            LongConsumer copied) {
        this.from = from;
        this.to = to;
        this.extents = extents;
        this.before = before;
        this.moving = moving;
        this.disk = new WriteBehind(to);
        this.chunks = new Chunks(extents, before == null ? Extents.none() : before.extents, copied);
    }

    /// Copies runs to the same offsets of another file that has nothing there.
    ///
    /// @param copied told how many bytes were copied so far, by one thread at a time
    /// @throws SystemCallException if reading or writing fails, or the source ends early (EIO)
    public static Snapshot copy(OwnedFd from, OwnedFd to, Extents extents, LongConsumer copied) {
        return new SparseCopy(from, to, extents, null, false, copied).run();
    }

    /// The same, and the source gives back the memory of what was copied while this goes on, where its seals allow that: what is moved
    /// needs no room twice.
    ///
    /// @param from writable as well; what it held is gone afterwards, also where this throws
    public static Snapshot move(OwnedFd from, OwnedFd to, Extents extents, LongConsumer copied) {
        return new SparseCopy(from, to, extents, null, true, copied).run();
    }

    /// Makes an earlier copy the same as its source is now. Every byte is compared; only blocks that differ are written.
    ///
    /// @param to readable and writable, of the source's size by now
    /// @param before what `to` holds
    /// @param extents where the source has data now
    /// @throws SystemCallException as [#copy]; the copy is then of no more use
    public static Snapshot refresh(
            OwnedFd from, OwnedFd to, Snapshot before, Extents extents, LongConsumer compared) {
        return new SparseCopy(from, to, extents, before, false, compared).run();
    }

    /// Where a chunk ends: a file may have 2^63-1 bytes.
    static long end(long start) {
        return start > Long.MAX_VALUE - CHUNK ? Long.MAX_VALUE : start + CHUNK;
    }

    private Snapshot run() {
        int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        chunks.work(extents.bytes() < LEAST_FOR_THREADS ? 1 : threads, this::work);
        return new Snapshot(extents, chunks.starts(), chunks.checksums());
    }

    private void work() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK, BLOCK);
            MemorySegment old = before == null ? buffer : arena.allocate(CHUNK, BLOCK);
            for (long start = chunks.next(); start >= 0; start = chunks.next()) {
                Extents runs = extents.within(start, end(start));
                int length = read(from, runs, buffer);
                int checksum = before == null || isElsewhere(start, runs)
                        ? write(start, runs, buffer, length)
                        : correct(start, runs, buffer, old, length);
                chunks.done(start, checksum, length);
            }
        }
    }

    /// Reads all runs of a chunk, one behind the other; answers how many bytes they have.
    private static int read(OwnedFd file, Extents runs, MemorySegment buffer) {
        int length = 0;
        for (Extent run : runs) {
            length += Contents.readFully(file, buffer.asSlice(length), (int) run.length(), run.offset());
        }
        return length;
    }

    /// Whether the copy's data of a chunk lies elsewhere than the source's: then it is taken away.
    private boolean isElsewhere(long start, Extents runs) {
        if (runs.equals(before.extents.within(start, end(start)))) {
            return false;
        }
        Kernel.check(punched(to, start), SystemCall.FALLOCATE, to);
        return true;
    }

    private static long punched(OwnedFd file, long start) {
        return file.kernel().call(
                SystemCall.FALLOCATE, file.number(), PUNCH_HOLE_AND_KEEP_SIZE, start, end(start) - start);
    }

    private int write(long start, Extents runs, MemorySegment buffer, int length) {
        int at = 0;
        for (Extent run : runs) {
            Contents.writeFully(to, buffer.asSlice(at), (int) run.length(), run.offset());
            at += (int) run.length();
        }
        wrote(start, runs, length);
        if (moving) {
            punched(from, start);
        }
        return checksum(buffer, length);
    }

    private void wrote(long start, Extents runs, long bytes) {
        if (runs.size() <= FEW_RUNS) {
            disk.wrote(start, end(start), bytes);
        }
    }

    /// Writes the blocks that differ.
    private int correct(long start, Extents runs, MemorySegment buffer, MemorySegment old, int length) {
        read(to, runs, old);
        long written = 0;
        int at = 0;
        for (Extent run : runs) {
            int count = (int) run.length();
            written += correct(run.offset(), buffer.asSlice(at, count), old.asSlice(at, count));
            at += count;
        }
        if (written == 0) {
            return before.checksum(start);
        }
        wrote(start, runs, written);
        return checksum(buffer, length);
    }

    /// Answers how many bytes it wrote.
    ///
    /// @param offset of the run in the file
    private long correct(long offset, MemorySegment now, MemorySegment old) {
        long written = 0;
        long at = 0;
        while (at < now.byteSize()) {
            long equal = now.asSlice(at).mismatch(old.asSlice(at));
            if (equal < 0) {
                break;
            }
            long block = at + equal - (at + equal) % BLOCK;
            int count = (int) Math.min(BLOCK, now.byteSize() - block);
            Contents.writeFully(to, now.asSlice(block), count, offset + block);
            written += count;
            at = block + count;
        }
        return written;
    }

    private static int checksum(MemorySegment buffer, int length) {
        var crc = new CRC32C();
        crc.update(buffer.asSlice(0, length).asByteBuffer());
        return (int) crc.getValue();
    }
}
