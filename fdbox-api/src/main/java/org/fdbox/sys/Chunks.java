package org.fdbox.sys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The chunks of one [SparseCopy], handed out in ascending order to the threads that work on it, and what became of them.
final class Chunks {

    private final Extents now;
    private final Extents before;
    private final LongConsumer done;

    /// Guarded by this object's lock, as all below.
    private long cursor;
    private long bytesDone;
    private long[] starts = new long[64];
    private int[] checksums = new int[64];
    private int count;
    private Throwable failure;

    /// @param now where the source has data
    /// @param before where the copy has some
    /// @param done told of the bytes that are done, by one thread at a time
    Chunks(Extents now, Extents before, LongConsumer done) {
        this.now = now;
        this.before = before;
        this.done = done;
    }

    /// Has so many threads, this one among them, do the same work, which takes chunks until there are none.
    void work(int threads, Runnable worker) {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            start(worker).ifPresent(others::add);
        }
        guarded(worker);
        boolean interrupted = false;
        for (Thread other : others) {
            interrupted |= joined(other);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failure) {
            case null -> {
                // All is done.
            }
            case RuntimeException failed -> throw failed;
            case Error failed -> throw failed;
            default -> throw new AssertionError("a copy throws nothing checked", failure);
        }
    }

    /// Where the system has no more threads, fewer do.
    private Optional<Thread> start(Runnable worker) {
        try {
            return Optional.of(Thread.ofPlatform().name("copy").start(() -> guarded(worker)));
        } catch (OutOfMemoryError noThread) {
            return Optional.empty();
        }
    }

    /// The others read and write descriptors that the caller will close, so an interrupt waits for their end.
    private static boolean joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private void guarded(Runnable worker) {
        try {
            worker.run();
        } catch (RuntimeException | Error failed) {
            synchronized (this) {
                failure = failure == null ? failed : failure;
            }
        }
    }

    /// The start of the next chunk with data, of source or copy; -1 if there is none, or something failed.
    synchronized long next() {
        long ours = now.dataFrom(cursor);
        long theirs = before.dataFrom(cursor);
        long at = ours < 0 ? theirs : theirs < 0 ? ours : Math.min(ours, theirs);
        if (at < 0 || failure != null) {
            return -1;
        }
        long start = at - at % SparseCopy.CHUNK;
        cursor = SparseCopy.end(start);
        if (now.dataFrom(start) >= 0 && now.dataFrom(start) < cursor) {
            add(start);
        }
        return start;
    }

    private void add(long start) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            checksums = Arrays.copyOf(checksums, 2 * count);
        }
        starts[count++] = start;
    }

    synchronized void done(long start, int checksum, long bytes) {
        int place = Arrays.binarySearch(starts, 0, count, start);
        if (place >= 0) {
            checksums[place] = checksum;
        }
        bytesDone += bytes;
        done.accept(bytesDone);
    }

    synchronized long[] starts() {
        return Arrays.copyOf(starts, count);
    }

    synchronized int[] checksums() {
        return Arrays.copyOf(checksums, count);
    }
}
