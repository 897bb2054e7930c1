package org.fdbox.sys;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

import org.fdbox.sys.Contents.Extent;

/// Where a file has data: runs of bytes, ascending and apart. Sixteen bytes a run, since sparse memory can have very many.
///
/// Beyond [#MOST] runs it becomes coarser: runs grow to a multiple of a grain, which doubles as often as it takes, and those that
/// then touch are one. What was a small hole is then read, and written, as zeros.
public final class Extents extends AbstractList<Extent> implements RandomAccess {

    /// How many runs are kept apart.
    public static final int MOST = 1 << 18;

    private static final int SMALLEST_GRAIN = 4096;

    /// Start and end of each run.
    private final long[] bounds;

    private Extents(long[] bounds) {
        this.bounds = bounds;
    }

    public static Extents none() {
        return new Extents(new long[0]);
    }

    /// @param size of the file
    /// @throws IllegalArgumentException if they are not ascending and apart, or not within the size
    public static Extents of(Iterable<Extent> extents, long size) {
        var builder = new Builder(size);
        extents.forEach(extent -> builder.add(extent.offset(), extent.length()));
        return builder.build();
    }

    @Override
    public Extent get(int index) {
        return new Extent(bounds[2 * index], bounds[2 * index + 1] - bounds[2 * index]);
    }

    @Override
    public int size() {
        return bounds.length / 2;
    }

    /// How many bytes of data there are in all.
    public long bytes() {
        long bytes = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            bytes += bounds[i + 1] - bounds[i];
        }
        return bytes;
    }

    /// Where the first data lies at or after an offset; -1 if there is none.
    long dataFrom(long offset) {
        int first = firstEndingAfter(offset);
        return first == bounds.length ? -1 : Math.max(offset, bounds[first]);
    }

    /// The runs between two offsets, cut off there.
    Extents within(long from, long to) {
        int first = firstEndingAfter(from);
        int end = first;
        while (end < bounds.length && bounds[end] < to) {
            end += 2;
        }
        long[] cut = Arrays.copyOfRange(bounds, first, end);
        if (cut.length > 0) {
            cut[0] = Math.max(cut[0], from);
            cut[cut.length - 1] = Math.min(cut[cut.length - 1], to);
        }
        return new Extents(cut);
    }

    /// The place in `bounds` of the first run that ends after an offset.
    private int firstEndingAfter(long offset) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (bounds[2 * middle + 1] > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return 2 * low;
    }

    /// Collects runs in ascending order.
    static final class Builder {

        private final long size;
        private long grain = 1;
        private long end;
        private long[] bounds = new long[16];
        private int length;

        /// @param size of the file: no run grows beyond it
        Builder(long size) {
            this.size = size;
        }

        void add(long offset, long count) {
            if (offset < end || count <= 0 || count > size - offset) {
                throw new IllegalArgumentException("no next run of a file: " + count + " bytes at " + offset);
            }
            end = offset + count;
            append(offset, end);
            while (length > 2 * MOST) {
                grain = Math.max(SMALLEST_GRAIN, 2 * grain);
                coarsen();
            }
        }

        private void coarsen() {
            long[] finer = bounds;
            int count = length;
            length = 0;
            bounds = new long[count];
            for (int i = 0; i < count; i += 2) {
                append(finer[i], finer[i + 1]);
            }
        }

        private void append(long start, long end) {
            long from = start - start % grain;
            long full = end - end % grain;
            long to = end == full ? end : full > size - grain ? size : full + grain;
            if (grain > 1 && length > 0 && bounds[length - 1] >= from) {
                bounds[length - 1] = Math.max(bounds[length - 1], to);
                return;
            }
            if (length == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * length);
            }
            bounds[length++] = from;
            bounds[length++] = to;
        }

        Extents build() {
            return new Extents(Arrays.copyOf(bounds, length));
        }
    }
}
