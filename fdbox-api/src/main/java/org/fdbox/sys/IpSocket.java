package org.fdbox.sys;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Making sockets of IPv4 and IPv6, and what can be asked of one beyond its options.
public final class IpSocket {

    public static final int TCP = 6;
    public static final int UDP = 17;

    private static final int SO_BINDTODEVICE = 25;
    private static final int SO_GET_FILTER = 26;
    private static final int TCP_INFO = 11;
    /// tcpi_sacked of struct tcp_info, where the kernel puts a listener's longest queue (net/ipv4/tcp.c).
    private static final int BACKLOG_AT = 28;
    private static final int LONGEST_INTERFACE_NAME = 16;

    private IpSocket() {}

    /// Makes one that is close-on-exec, blocking and not bound.
    ///
    /// @param v6 whether of IPv6
    /// @param type [SocketFacts#STREAM] for TCP, [SocketFacts#DATAGRAM] for UDP
    /// @return owned by the caller
    public static OwnedFd create(boolean v6, int type) {
        return create(Kernel.SYSTEM, v6, type);
    }

    static OwnedFd create(Kernel kernel, boolean v6, int type) {
        int family = v6 ? IpAddress.AF_INET6 : IpAddress.AF_INET;
        long number = kernel.call(SystemCall.SOCKET, family, type | OpenFlags.CLOEXEC, 0);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.SOCKET, "a new IP socket"));
    }

    /// @throws SystemCallException EADDRINUSE if the address is taken, EACCES if the port is privileged, and the other reasons
    ///         of bind(2)
    public static void bind(OwnedFd socket, IpAddress address) {
        MemorySegment memory = Scratch.arguments();
        int length = address.encode(memory);
        long answer = socket.call(SystemCall.BIND, memory.address(), length, 0);
        Kernel.check(answer, SystemCall.BIND, address);
    }

    /// How many connections may wait in a listening TCP socket, as listen(2) was told or the kernel allowed.
    public static int backlog(OwnedFd listener) {
        MemorySegment info = Scratch.arguments().asSlice(0, BACKLOG_AT + 4);
        long answer = UnixSocket.tryOption(listener, SocketOption.Level.TCP, TCP_INFO, info);
        Kernel.check(answer, SystemCall.GETSOCKOPT, "TCP_INFO");
        return info.get(ValueLayout.JAVA_INT, BACKLOG_AT);
    }

    /// The interface that it is tied to by SO_BINDTODEVICE.
    public static Optional<String> device(OwnedFd socket) {
        MemorySegment name = Scratch.arguments().asSlice(0, LONGEST_INTERFACE_NAME);
        long length = UnixSocket.tryOption(socket, SocketOption.Level.SOCKET, SO_BINDTODEVICE, name);
        Kernel.check(length, SystemCall.GETSOCKOPT, "SO_BINDTODEVICE");
        return length == 0 ? Optional.empty() : Optional.of(name.getString(0, StandardCharsets.UTF_8));
    }

    /// Ties it to an interface (SO_BINDTODEVICE).
    ///
    /// @throws SystemCallException ENODEV if there is no such interface
    public static void setDevice(OwnedFd socket, String device) {
        byte[] bytes = device.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= LONGEST_INTERFACE_NAME) {
            throw new SystemCallException("setsockopt", "SO_BINDTODEVICE " + device, Errno.ENODEV);
        }
        MemorySegment name = Scratch.arguments().asSlice(0, bytes.length);
        name.copyFrom(MemorySegment.ofArray(bytes));
        UnixSocket.setOption(socket, SocketOption.Level.SOCKET, SO_BINDTODEVICE, name,
                "SO_BINDTODEVICE " + device);
    }

    /// Whether a program of BPF decides what it receives (SO_ATTACH_FILTER, SO_ATTACH_BPF). One of eBPF is answered EACCES.
    public static boolean hasFilter(OwnedFd socket) {
        MemorySegment nothing = Scratch.arguments().asSlice(0, 0);
        return UnixSocket.tryOption(socket, SocketOption.Level.SOCKET, SO_GET_FILTER, nothing) != 0;
    }

    /// The first port that needs no privilege (ip(7), ip_unprivileged_port_start).
    public static int firstFreePort() {
        try {
            Path setting = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
            // Not readString: that asks for one byte first, and a setting is read at once or not at all.
            return Integer.parseInt(Files.readAllLines(setting).getFirst().strip());
        } catch (IOException | NoSuchElementException | NumberFormatException notTold) {
            return 1024;
        }
    }
}
