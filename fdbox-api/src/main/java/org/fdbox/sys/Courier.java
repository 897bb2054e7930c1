package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Carries bytes and descriptors over Unix stream sockets, by sendmsg(2) and recvmsg(2). Owns the buffers of one thread and
/// serves any number of sockets, one after the other. Not thread-safe.
///
/// Received descriptors are close-on-exec. SIGPIPE is never raised. The kernel passes 253 descriptors a message at most.
public final class Courier implements AutoCloseable {

    /// SCM_MAX_FD of the kernel.
    public static final int MOST_DESCRIPTORS = 253;

    private static final int BUFFER = 64 * 1024;
    private static final int MSG_PEEK = 0x2;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /// struct msghdr: name, namelen, iov, iovlen, control, controllen, flags.
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROLLEN = 40;
    private static final int MSG_FLAGS = 48;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment header = arena.allocate(64, 8);
    private final MemorySegment vector = arena.allocate(16, 8);
    private final MemorySegment control = arena.allocate(ControlMessages.ROOM, 8);
    private final MemorySegment data = arena.allocate(BUFFER, 64);
    private final byte[] received = new byte[BUFFER];
    private final int waiting;

    private Courier(int waiting) {
        this.waiting = waiting;
        header.set(ValueLayout.JAVA_LONG, MSG_IOV, vector.address());
        header.set(ValueLayout.JAVA_LONG, MSG_IOVLEN, 1);
        vector.set(ValueLayout.JAVA_LONG, 0, data.address());
    }

    /// One that never waits, whatever the socket's own mode.
    public static Courier nonBlocking() {
        return new Courier(MSG_DONTWAIT);
    }

    /// One that waits as the socket's mode says.
    public static Courier blocking() {
        return new Courier(0);
    }

    /// What a receive found.
    public enum Arrival {
        /// Something was added to the reader.
        DATA,
        /// Nothing is there yet.
        NOTHING,
        /// The peer has closed its side, or is gone.
        END
    }

    /// Receives once, into a reader.
    ///
    /// @param socket stays the caller's
    /// @param reader owns the descriptors that arrived, also where this throws
    /// @throws FrameReader.TooLong if the stream is lost
    public Arrival receive(OwnedFd socket, FrameReader reader) throws FrameReader.TooLong {
        vector.set(ValueLayout.JAVA_LONG, 8, BUFFER);
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROL, control.address());
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, control.byteSize());
        header.set(ValueLayout.JAVA_INT, MSG_FLAGS, 0);
        long count = Kernel.retry(
                () -> socket.call(SystemCall.RECVMSG, header.address(), MSG_CMSG_CLOEXEC | waiting, 0));
        if (count == -Errno.EAGAIN) {
            return Arrival.NOTHING;
        }
        if (count == 0 || count == -Errno.ECONNRESET) {
            return Arrival.END;
        }
        Kernel.check(count, SystemCall.RECVMSG, socket);
        long controlBytes = header.get(ValueLayout.JAVA_LONG, MSG_CONTROLLEN);
        List<OwnedFd> descriptors = ControlMessages.read(socket.kernel(), control, controlBytes);
        boolean truncated = (header.get(ValueLayout.JAVA_INT, MSG_FLAGS) & MSG_CTRUNC) != 0;
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, received, 0, (int) count);
        reader.add(received, (int) count, descriptors, truncated);
        return Arrival.DATA;
    }

    /// Takes away what has arrived, as far as it brings no descriptors: those would be closed here, which can wait.
    ///
    /// @param socket of which nobody reads any more, and to which nobody can send; stays the caller's
    /// @return whether nothing is left, so that closing the socket closes nothing else
    public boolean discard(OwnedFd socket) {
        while (bare(socket, MSG_PEEK) > 0) {
            if ((header.get(ValueLayout.JAVA_INT, MSG_FLAGS) & MSG_CTRUNC) != 0) {
                return false;
            }
            bare(socket, 0);
        }
        return true;
    }

    /// A receive without room for descriptors; the kernel says by MSG_CTRUNC that there were some.
    private long bare(OwnedFd socket, int flags) {
        vector.set(ValueLayout.JAVA_LONG, 8, BUFFER);
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROL, 0);
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, 0);
        header.set(ValueLayout.JAVA_INT, MSG_FLAGS, 0);
        return Kernel.retry(
                () -> socket.call(SystemCall.RECVMSG, header.address(), flags | MSG_DONTWAIT, 0));
    }

    /// Sends once. If anything at all was sent, the descriptors were, with the first byte.
    ///
    /// @param socket stays the caller's
    /// @param bytes sent from offset, as many as the socket takes now
    /// @param descriptors stay the caller's; the peer gets duplicates
    /// @return how many bytes were sent; 0 if the socket is full
    /// @throws SystemCallException EPIPE or ECONNRESET if the peer is gone, ETOOMANYREFS if too many are in flight
    public int send(OwnedFd socket, byte[] bytes, int offset, List<OwnedFd> descriptors) {
        int count = Math.min(BUFFER, bytes.length - offset);
        MemorySegment.copy(bytes, offset, data, ValueLayout.JAVA_BYTE, 0, count);
        vector.set(ValueLayout.JAVA_LONG, 8, count);
        int controlBytes = ControlMessages.write(control, descriptors);
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROL, controlBytes == 0 ? 0 : control.address());
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, controlBytes);
        header.set(ValueLayout.JAVA_INT, MSG_FLAGS, 0);
        long sent = Kernel.retry(
                () -> socket.call(SystemCall.SENDMSG, header.address(), MSG_NOSIGNAL | waiting, 0));
        if (sent == -Errno.EAGAIN) {
            return 0;
        }
        return (int) Kernel.check(sent, SystemCall.SENDMSG, socket);
    }

    @Override
    public void close() {
        arena.close();
    }
}
