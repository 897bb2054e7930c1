package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Making, accepting and connecting Unix sockets (unix(7)). All are close-on-exec.
public final class UnixSocket {

    private static final int SOL_SOCKET = 1;
    private static final int AF_UNIX = 1;
    private static final int SHUT_RDWR = 2;
    private static final int SIOCOUTQ = 0x5411;
    private static final int SOCK_CLOEXEC = OpenFlags.CLOEXEC;
    private static final int SOCK_NONBLOCK = OpenFlags.NONBLOCK;

    private UnixSocket() {}

    /// Binds a new socket and listens. The path gets the mode that the umask leaves; see [#bind] to set it in between.
    ///
    /// @param type [SocketFacts#STREAM] or [SocketFacts#SEQPACKET]
    /// @param backlog how many connections may wait
    /// @return owned by the caller; blocking
    /// @throws SystemCallException EADDRINUSE if the address is taken, and the other reasons of bind(2)
    public static OwnedFd listen(UnixAddress address, int type, int backlog) {
        OwnedFd socket = bind(address, type);
        try {
            listen(socket, backlog);
            return socket.take();
        } finally {
            socket.close();
        }
    }

    /// Binds a new socket. Nobody can connect before [#listen(OwnedFd, int)].
    ///
    /// @return owned by the caller; blocking
    public static OwnedFd bind(UnixAddress address, int type) {
        OwnedFd socket = create(type);
        try {
            MemorySegment memory = Scratch.arguments();
            int length = address.encode(memory);
            long answer = socket.call(SystemCall.BIND, memory.address(), length, 0);
            Kernel.check(answer, SystemCall.BIND, address.text());
            return socket.take();
        } finally {
            socket.close();
        }
    }

    /// Starts to listen on a bound socket.
    public static void listen(OwnedFd bound, int backlog) {
        bound.must(SystemCall.LISTEN, backlog, 0);
    }

    /// Connects a new stream socket.
    ///
    /// @return owned by the caller; blocking
    /// @throws SystemCallException ENOENT or ECONNREFUSED if nobody listens there, EACCES without permission
    public static OwnedFd connect(UnixAddress address) {
        return connect(Kernel.SYSTEM, address, SocketFacts.STREAM);
    }

    /// Connects a new socket of another type, for example [SocketFacts#DATAGRAM].
    public static OwnedFd connect(UnixAddress address, int type) {
        return connect(Kernel.SYSTEM, address, type);
    }

    /// Whether somebody listens at an address, found out without waiting for a full backlog.
    ///
    /// @param type of the listening socket
    /// @throws SystemCallException EACCES and other reasons for which it cannot be told
    public static boolean isServed(UnixAddress address, int type) {
        try (OwnedFd socket = create(Kernel.SYSTEM, type | SOCK_NONBLOCK)) {
            MemorySegment memory = Scratch.arguments();
            int length = address.encode(memory);
            long answer = Kernel.retry(() -> socket.call(SystemCall.CONNECT, memory.address(), length, 0));
            if (answer == -Errno.ECONNREFUSED || answer == -Errno.ENOENT) {
                return false;
            }
            if (answer != -Errno.EAGAIN) {
                Kernel.check(answer, SystemCall.CONNECT, address.text());
            }
            return true;
        }
    }

    static OwnedFd connect(Kernel kernel, UnixAddress address, int type) {
        OwnedFd socket = create(kernel, type);
        try {
            MemorySegment memory = Scratch.arguments();
            int length = address.encode(memory);
            long answer = Kernel.retry(() -> socket.call(SystemCall.CONNECT, memory.address(), length, 0));
            Kernel.check(answer, SystemCall.CONNECT, address.text());
            return socket.take();
        } finally {
            socket.close();
        }
    }

    /// Makes one that is blocking and neither bound nor connected.
    ///
    /// @return owned by the caller
    public static OwnedFd create(int type) {
        return create(Kernel.SYSTEM, type);
    }

    static OwnedFd create(Kernel kernel, int type) {
        long number = kernel.call(SystemCall.SOCKET, AF_UNIX, type | SOCK_CLOEXEC, 0);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.SOCKET, "a new Unix socket"));
    }

    /// Two connected stream sockets, each owned by whoever holds this record.
    public record Pair(OwnedFd one, OwnedFd other) implements AutoCloseable {
        @Override
        public void close() {
            one.close();
            other.close();
        }
    }

    /// Makes a connected pair; both are blocking.
    public static Pair pair() {
        MemorySegment pair = Scratch.arguments();
        long answer = Kernel.SYSTEM.call(
                SystemCall.SOCKETPAIR, AF_UNIX, SocketFacts.STREAM | SOCK_CLOEXEC, 0, pair.address());
        Kernel.check(answer, SystemCall.SOCKETPAIR, "a new pair of sockets");
        return new Pair(
                new OwnedFd(Kernel.SYSTEM, pair.get(ValueLayout.JAVA_INT, 0)),
                new OwnedFd(Kernel.SYSTEM, pair.get(ValueLayout.JAVA_INT, 4)));
    }

    /// Ends a connection in both directions, for every duplicate of the socket, and wakes whoever waits in it (shutdown(2)).
    /// What has arrived can still be read. Where there is no connection there is nothing to end.
    ///
    /// @param connected stays the caller's
    public static void shutdown(OwnedFd connected) {
        connected.call(SystemCall.SHUTDOWN, SHUT_RDWR, 0, 0);
    }

    /// Takes the next waiting connection. A peer that went away while it waited is passed over.
    ///
    /// @param listener stays the caller's; non-blocking, else this waits
    /// @return owned by the caller, non-blocking; empty if none waits
    /// @throws SystemCallException EMFILE if no number is free
    public static Optional<OwnedFd> accept(OwnedFd listener) {
        while (true) {
            long number = listener.kernel().call(
                    SystemCall.ACCEPT4, listener.number(), 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (number == -Errno.EAGAIN) {
                return Optional.empty();
            }
            if (number != -Errno.EINTR && number != -Errno.ECONNABORTED) {
                Kernel.check(number, SystemCall.ACCEPT4, listener);
                return Optional.of(new OwnedFd(listener.kernel(), number));
            }
        }
    }

    /// How much memory all takes that was sent and that the peer has not read: no less than its bytes (SIOCOUTQ, unix(7)).
    ///
    /// @param connected stays the caller's
    /// @return 0 also where there is no such socket any more
    public static int unreadMemory(OwnedFd connected) {
        try {
            MemorySegment count = Scratch.arguments().asSlice(0, 4);
            long answer = connected.call(SystemCall.IOCTL, SIOCOUTQ, count.address(), 0);
            return answer < 0 ? 0 : count.get(ValueLayout.JAVA_INT, 0);
        } catch (IllegalStateException closedMeanwhile) {
            return 0;
        }
    }

    /// An option of the socket level whose value is an int.
    static int option(OwnedFd socket, int option) {
        MemorySegment value = Scratch.arguments().asSlice(0, 4);
        option(socket, option, value);
        return value.get(ValueLayout.JAVA_INT, 0);
    }

    /// Reads an option of the socket level; answers how many bytes were written, or minus errno.
    static long tryOption(OwnedFd socket, int option, MemorySegment value) {
        return tryOption(socket, SOL_SOCKET, option, value);
    }

    /// The same of another level.
    static long tryOption(OwnedFd socket, int level, int option, MemorySegment value) {
        MemorySegment length = Scratch.arguments().asSlice(Scratch.SIZE - 16, 4);
        length.set(ValueLayout.JAVA_INT, 0, (int) value.byteSize());
        long answer = socket.kernel().call(
                SystemCall.GETSOCKOPT, socket.number(), level, option, value.address(),
                length.address());
        return answer < 0 ? answer : length.get(ValueLayout.JAVA_INT, 0);
    }

    /// Sets an option (setsockopt(2)).
    ///
    /// @param name for people
    static void setOption(OwnedFd socket, int level, int option, MemorySegment value, String name) {
        long answer = socket.kernel().call(
                SystemCall.SETSOCKOPT, socket.number(), level, option, value.address(), value.byteSize());
        Kernel.check(answer, SystemCall.SETSOCKOPT, name);
    }

    private static void option(OwnedFd socket, int option, MemorySegment value) {
        Kernel.check(tryOption(socket, option, value), SystemCall.GETSOCKOPT, socket);
    }
}
