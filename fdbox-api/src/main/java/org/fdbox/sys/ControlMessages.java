package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Control messages with descriptors (cmsg(3), unix(7) SCM_RIGHTS).
final class ControlMessages {

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /// struct cmsghdr: size_t len, int level, int type.
    private static final int HEADER = 16;

    /// For all the descriptors one message can carry, and a second control message that a hostile peer may cause
    /// (credentials), so that it can never push ours out.
    static final int ROOM = HEADER + Courier.MOST_DESCRIPTORS * 4 + 4 + 64;

    private ControlMessages() {}

    /// Writes one control message, or nothing for no descriptors; answers the bytes used.
    static int write(MemorySegment control, List<OwnedFd> descriptors) {
        int count = descriptors.size();
        if (count == 0) {
            return 0;
        }
        if (count > Courier.MOST_DESCRIPTORS) {
            throw new IllegalArgumentException(count + " descriptors in one message; the kernel passes "
                    + Courier.MOST_DESCRIPTORS + " at most");
        }
        int length = HEADER + 4 * count;
        control.set(ValueLayout.JAVA_LONG, 0, length);
        control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
        for (int i = 0; i < count; i++) {
            control.set(ValueLayout.JAVA_INT, HEADER + 4L * i, descriptors.get(i).number());
        }
        return align(length);
    }

    /// Takes over every descriptor in the control messages that a receive wrote.
    ///
    /// @param length of what it says it wrote; never more than there is room for is read, whatever it says
    static List<OwnedFd> read(Kernel kernel, MemorySegment control, long length) {
        long bytes = Math.min(length, control.byteSize());
        if (bytes < HEADER) {
            return List.of();
        }
        var descriptors = new ArrayList<OwnedFd>();
        long at = 0;
        while (at + HEADER <= bytes) {
            long size = control.get(ValueLayout.JAVA_LONG, at);
            if (size < HEADER || size > bytes - at) {
                break;
            }
            boolean rights = control.get(ValueLayout.JAVA_INT, at + 8) == SOL_SOCKET
                    && control.get(ValueLayout.JAVA_INT, at + 12) == SCM_RIGHTS;
            for (long i = at + HEADER; rights && i + 4 <= at + size; i += 4) {
                descriptors.add(new OwnedFd(kernel, control.get(ValueLayout.JAVA_INT, i)));
            }
            at += align(size);
        }
        return descriptors;
    }

    private static int align(long length) {
        return (int) ((length + 7) & ~7);
    }
}
