package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Pipes (pipe(7)): both ends, capacity, and a look at what waits in one without consuming it.
public final class Pipe {

    private static final int F_SETPIPE_SZ = 1031;
    private static final int F_GETPIPE_SZ = 1032;
    private static final int FIONREAD = 0x541B;
    private static final int SPLICE_F_NONBLOCK = 2;

    /// The two ends, each owned by whoever holds this record.
    public record Ends(OwnedFd read, OwnedFd write) implements AutoCloseable {
        @Override
        public void close() {
            read.close();
            write.close();
        }
    }

    private Pipe() {}

    /// Makes a pipe; both ends are close-on-exec.
    public static Ends create() {
        return create(Kernel.SYSTEM);
    }

    static Ends create(Kernel kernel) {
        MemorySegment pair = Scratch.arguments();
        long answer = kernel.call(SystemCall.PIPE2, pair.address(), OpenFlags.CLOEXEC);
        Kernel.check(answer, SystemCall.PIPE2, "a new pipe");
        return new Ends(
                new OwnedFd(kernel, pair.get(ValueLayout.JAVA_INT, 0)),
                new OwnedFd(kernel, pair.get(ValueLayout.JAVA_INT, 4)));
    }

    /// How many bytes it can hold.
    public static long capacity(OwnedFd pipe) {
        return pipe.must(SystemCall.FCNTL, F_GETPIPE_SZ, 0);
    }

    /// Asks for room; the kernel rounds up, and refuses unprivileged users more than /proc/sys/fs/pipe-max-size.
    public static void setCapacity(OwnedFd pipe, long bytes) {
        pipe.must(SystemCall.FCNTL, F_SETPIPE_SZ, bytes);
    }

    /// How many bytes wait to be read.
    public static int waiting(OwnedFd pipe) {
        MemorySegment count = Scratch.arguments();
        Kernel.check(pipe.call(SystemCall.IOCTL, FIONREAD, count.address(), 0), SystemCall.IOCTL,
                pipe.toString());
        return count.get(ValueLayout.JAVA_INT, 0);
    }

    /// What waits to be read, left in the pipe: tee(2) duplicates it into a pipe of ours, which is then read.
    ///
    /// @param readEnd stays the caller's
    /// @throws SystemCallException EPERM if this user may not have a pipe that holds so much
    public static byte[] peek(OwnedFd readEnd) {
        int count = waiting(readEnd);
        if (count == 0) {
            return new byte[0];
        }
        try (Ends copy = create(readEnd.kernel())) {
            // Refused to users who have many pipes, or ask for a large one; the size as it is may do.
            copy.write().call(SystemCall.FCNTL, F_SETPIPE_SZ, capacity(readEnd), 0);
            long answer = readEnd.call(SystemCall.TEE, copy.write().number(), count, SPLICE_F_NONBLOCK);
            Kernel.check(answer, SystemCall.TEE, readEnd);
            if (answer < count) {
                throw new SystemCallException("tee (a pipe of ours holds only " + answer + " of " + count
                        + " bytes)", readEnd.toString(), Errno.EPERM);
            }
            return read(copy.read(), (int) answer);
        }
    }

    /// Whether somebody has it open for writing, or something waits in it: then tee(2) meets no end of file. Consumes nothing.
    ///
    /// @param readEnd stays the caller's
    public static boolean isWritten(OwnedFd readEnd) {
        try (Ends copy = create(readEnd.kernel())) {
            long answer = readEnd.call(SystemCall.TEE, copy.write().number(), 1, SPLICE_F_NONBLOCK);
            return answer == -Errno.EAGAIN || Kernel.check(answer, SystemCall.TEE, readEnd) > 0;
        }
    }

    /// Writes all the bytes; blocks for as long as the pipe is full, unless it is non-blocking.
    public static void write(OwnedFd pipe, byte[] bytes) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, bytes.length));
            memory.asByteBuffer().put(bytes);
            for (long done = 0; done < bytes.length;) {
                long from = memory.address() + done;
                long left = bytes.length - done;
                long answer = Kernel.retry(() -> pipe.call(SystemCall.WRITE, from, left, 0));
                done += Kernel.check(answer, SystemCall.WRITE, pipe);
            }
        }
    }

    /// Reads up to so many bytes; fewer only at the end.
    public static byte[] read(OwnedFd pipe, int count) {
        var bytes = new byte[count];
        int done = 0;
        try (var arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, count));
            while (done < count) {
                int left = count - done;
                long answer = Kernel.retry(() -> pipe.call(SystemCall.READ, memory.address(), left, 0));
                Kernel.check(answer, SystemCall.READ, pipe);
                if (answer == 0) {
                    break;
                }
                MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, bytes, done, (int) answer);
                done += (int) answer;
            }
        }
        return Arrays.copyOf(bytes, done);
    }
}
