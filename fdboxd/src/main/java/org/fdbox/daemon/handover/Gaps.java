package org.fdbox.daemon.handover;

import java.util.List;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Contents.Extent;
import org.fdbox.sys.OwnedFd;

/// What lies between the extents of a payload, which no checksum covers: holes, or zeros where a file system fills them up.
final class Gaps {

    private static final int CHUNK = 1 << 20;

    private Gaps() {}

    /// Moves the file's position.
    ///
    /// @param extents ascending and apart
    static boolean areZero(OwnedFd file, long size, List<Extent> extents) {
        int next = 0;
        for (Extent run : Contents.dataExtents(file, size)) {
            long at = run.offset();
            long end = run.offset() + run.length();
            while (at < end) {
                while (next < extents.size() && end(extents.get(next)) <= at) {
                    next++;
                }
                long covered = next < extents.size() ? extents.get(next).offset() : size;
                if (at < covered && !isZero(file, at, Math.min(end, covered))) {
                    return false;
                }
                at = covered < end ? end(extents.get(next)) : end;
            }
        }
        return true;
    }

    private static long end(Extent extent) {
        return extent.offset() + extent.length();
    }

    private static boolean isZero(OwnedFd file, long from, long to) {
        for (long at = from; at < to; at += CHUNK) {
            for (byte value : Contents.read(file, at, (int) Math.min(CHUNK, to - at))) {
                if (value != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
