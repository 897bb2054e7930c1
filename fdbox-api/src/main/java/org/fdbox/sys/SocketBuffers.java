package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/// The sizes of a socket's buffers (socket(7)) in bytes, as the kernel counts them, where a program set them.
public record SocketBuffers(OptionalInt send, OptionalInt receive) {

    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_BUF_LOCK = 72;
    private static final int SOCK_SNDBUF_LOCK = 1;
    private static final int SOCK_RCVBUF_LOCK = 2;

    /// Those of a socket. Kernels before Linux 5.14 do not tell which were set, so there are none.
    ///
    /// @param socket stays the caller's
    public static SocketBuffers of(OwnedFd socket) {
        int locked = number(socket, SO_BUF_LOCK).orElse(0);
        return new SocketBuffers(
                (locked & SOCK_SNDBUF_LOCK) != 0 ? number(socket, SO_SNDBUF) : OptionalInt.empty(),
                (locked & SOCK_RCVBUF_LOCK) != 0 ? number(socket, SO_RCVBUF) : OptionalInt.empty());
    }

    /// Gives a socket buffers of these sizes, or as large as net.core.wmem_max and rmem_max allow.
    ///
    /// @param socket stays the caller's
    public void apply(OwnedFd socket) {
        // The kernel doubles what it is asked for.
        send.ifPresent(bytes -> set(socket, SO_SNDBUF, bytes / 2, "SO_SNDBUF"));
        receive.ifPresent(bytes -> set(socket, SO_RCVBUF, bytes / 2, "SO_RCVBUF"));
    }

    private static OptionalInt number(OwnedFd socket, int option) {
        MemorySegment value = Scratch.arguments().asSlice(0, 4);
        return UnixSocket.tryOption(socket, option, value) < 0
                ? OptionalInt.empty()
                : OptionalInt.of(value.get(ValueLayout.JAVA_INT, 0));
    }

    private static void set(OwnedFd socket, int option, int value, String name) {
        MemorySegment memory = Scratch.arguments().asSlice(0, 4);
        memory.set(ValueLayout.JAVA_INT, 0, value);
        UnixSocket.setOption(socket, SocketOption.Level.SOCKET, option, memory, name);
    }
}
