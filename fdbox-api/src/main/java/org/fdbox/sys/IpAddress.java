package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Where a socket of IPv4 or IPv6 is bound (ip(7), ipv6(7)). Which of the two is in how the host is written.
///
/// @param host digits, never a name, for example "127.0.0.1" or "0:0:0:0:0:0:0:1"
/// @param port 0 if none was chosen yet
/// @param scope the index of the interface that a link-local address belongs to; 0 for others
public record IpAddress(String host, int port, int scope) {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    private static final int V4_LENGTH = 16;
    private static final int V6_LENGTH = 28;
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    /// @throws IllegalArgumentException if it cannot be an address
    public IpAddress {
        if (port < 0 || port > 0xffff || !host.matches("[0-9a-fA-F:.]+")) {
            throw new IllegalArgumentException("\"" + host + "\", port " + port + " is no IP address");
        }
        bytes(host);
    }

    /// Whether it is an address of IPv6, also where that stands for one of IPv4.
    public boolean isV6() {
        return host.indexOf(':') >= 0;
    }

    int family() {
        return isV6() ? AF_INET6 : AF_INET;
    }

    /// Writes a struct sockaddr_in or sockaddr_in6 and returns its length.
    int encode(MemorySegment memory) {
        memory.asSlice(0, V6_LENGTH).fill((byte) 0);
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) family());
        memory.set(NETWORK_SHORT, 2, (short) port);
        byte[] bytes = bytes(host);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, isV6() ? 8 : 4, bytes.length);
        if (!isV6()) {
            return V4_LENGTH;
        }
        memory.set(ValueLayout.JAVA_INT, 24, scope);
        return V6_LENGTH;
    }

    /// Reads a struct sockaddr_in or sockaddr_in6.
    static IpAddress decode(MemorySegment memory) {
        boolean v6 = memory.get(ValueLayout.JAVA_SHORT, 0) == AF_INET6;
        byte[] bytes = memory.asSlice(v6 ? 8 : 4, v6 ? 16 : 4).toArray(ValueLayout.JAVA_BYTE);
        int port = Short.toUnsignedInt(memory.get(NETWORK_SHORT, 2));
        return new IpAddress(text(bytes), port, v6 ? memory.get(ValueLayout.JAVA_INT, 24) : 0);
    }

    private static String text(byte[] bytes) {
        try {
            // The general factory would make an IPv4 address of one that stands for it.
            return bytes.length == 4
                    ? InetAddress.getByAddress(bytes).getHostAddress()
                    : Inet6Address.getByAddress(null, bytes, -1).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static byte[] bytes(String host) {
        byte[] bytes = InetAddress.ofLiteral(host).getAddress();
        if (bytes.length == 16 || host.indexOf(':') < 0) {
            return bytes;
        }
        byte[] mapped = Arrays.copyOf(new byte[]{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1}, 16);
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    @Override
    public String toString() {
        return isV6() ? "[" + host + "]:" + port : host + ":" + port;
    }
}
