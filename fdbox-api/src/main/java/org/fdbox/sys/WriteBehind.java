package org.fdbox.sys;

import java.util.Optional;

import org.fdbox.sys.Contents.Extent;

/// Lets the disk begin with what several threads write to a file, so that little is left when it has to be durable, which is
/// fsync's to say. A batch at a time, since each call (sync_file_range(2)) costs as much as writing a few blocks.
final class WriteBehind {

    private static final int BATCH = 256 << 10;
    private static final int SYNC_FILE_RANGE_WRITE = 2;

    private final OwnedFd file;

    /// What the next batch has so far. Guarded by this object's lock, as all below.
    private long bytes;
    private long from = Long.MAX_VALUE;
    private long to;

    WriteBehind(OwnedFd file) {
        this.file = file;
    }

    /// Refused where the file is no file of a disk, which does no harm.
    ///
    /// @param count how many bytes were written between the two offsets
    void wrote(long start, long end, long count) {
        due(start, end, count).ifPresent(range -> file.call(
                SystemCall.SYNC_FILE_RANGE, range.offset(), range.length(), SYNC_FILE_RANGE_WRITE));
    }

    private synchronized Optional<Extent> due(long start, long end, long count) {
        bytes += count;
        from = Math.min(from, start);
        to = Math.max(to, end);
        if (bytes < BATCH) {
            return Optional.empty();
        }
        var range = new Extent(from, to - from);
        bytes = 0;
        from = Long.MAX_VALUE;
        to = 0;
        return Optional.of(range);
    }
}
