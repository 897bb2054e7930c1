package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a socket of IPv4 or IPv6 was given can be asked of it.
@ExtendWith(NoLeak.class)
class IpSocketTest {

    private static final IpAddress HERE = new IpAddress("127.0.0.1", 0, 0);

    private static OwnedFd tcp() {
        return IpSocket.create(false, SocketFacts.STREAM);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 1, 6", "127.0.0.1, 2, 17", "::1, 1, 6", "::1, 2, 17"})
    void aBoundSocketHasAnAddress(String host, int type, int protocol) {
        var address = new IpAddress(host, 0, 0);
        try (OwnedFd socket = IpSocket.create(address.isV6(), type)) {
            assertThat(SocketFacts.of(socket).ipAddress().orElseThrow().port()).isZero();
            IpSocket.bind(socket, address);
            SocketFacts facts = SocketFacts.of(socket);
            assertThat(facts.protocol()).isEqualTo(protocol);
            assertThat(facts.connected()).isFalse();
            assertThat(facts.address()).isEmpty();
            assertThat(facts.ipAddress().orElseThrow().port()).isPositive();
            assertThat(facts.ipAddress().orElseThrow().isV6()).isEqualTo(address.isV6());
        }
    }

    @Test
    void anAddressThatIsTakenIsRefused() {
        try (OwnedFd first = tcp(); OwnedFd second = tcp()) {
            IpSocket.bind(first, HERE);
            IpAddress taken = SocketFacts.of(first).ipAddress().orElseThrow();
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> IpSocket.bind(second, taken))
                    .withMessageContaining(taken.toString())
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EADDRINUSE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 37})
    void aListenerTellsItsBacklog(int backlog) {
        try (OwnedFd socket = tcp()) {
            IpSocket.bind(socket, HERE);
            UnixSocket.listen(socket, backlog);
            assertThat(IpSocket.backlog(socket)).isEqualTo(backlog);
        }
    }

    @Test
    void onlyBuffersThatWereSetAreTold() {
        try (OwnedFd one = tcp(); OwnedFd other = tcp()) {
            var none = new SocketBuffers(OptionalInt.empty(), OptionalInt.empty());
            assertThat(SocketBuffers.of(one)).isEqualTo(none);
            new SocketBuffers(OptionalInt.empty(), OptionalInt.of(20_000)).apply(one);
            assertThat(SocketBuffers.of(one))
                    .isEqualTo(new SocketBuffers(OptionalInt.empty(), OptionalInt.of(20_000)));
            new SocketBuffers(OptionalInt.of(30_000), OptionalInt.of(20_000)).apply(one);
            SocketBuffers.of(one).apply(other);
            assertThat(SocketBuffers.of(other)).isEqualTo(SocketBuffers.of(one)).isNotEqualTo(none);
        }
    }

    @Test
    void anInterfaceIsTiedToByName() {
        try (OwnedFd socket = tcp()) {
            assertThat(IpSocket.device(socket)).isEmpty();
            IpSocket.setDevice(socket, "lo");
            assertThat(IpSocket.device(socket)).contains("lo");
            for (String missing : new String[]{"fdbox-none", "a-name-that-no-interface-can-have"}) {
                assertThatExceptionOfType(SystemCallException.class)
                        .isThrownBy(() -> IpSocket.setDevice(socket, missing))
                        .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.ENODEV));
            }
        }
    }

    @Test
    void aFilterIsSeen() {
        try (OwnedFd socket = tcp(); var arena = Arena.ofConfined()) {
            assertThat(IpSocket.hasFilter(socket)).isFalse();
            MemorySegment acceptAll = arena.allocate(8, 8);
            acceptAll.set(ValueLayout.JAVA_SHORT, 0, (short) 6);
            acceptAll.set(ValueLayout.JAVA_INT, 4, -1);
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            program.set(ValueLayout.JAVA_LONG, 8, acceptAll.address());
            UnixSocket.setOption(socket, 1, 26, program, "SO_ATTACH_FILTER");
            assertThat(IpSocket.hasFilter(socket)).isTrue();
        }
    }

    @Test
    void aFilterThatMayNotBeReadIsSeenToo() {
        try (OwnedFd socket = Kernels.through(Kernels.always(SystemCall.GETSOCKOPT, -Errno.EACCES), tcp())) {
            assertThat(IpSocket.hasFilter(socket)).isTrue();
        }
    }

    @Test
    void aSocketOfOursIsInOurNetworkAndOneThatCannotTellIsNot() {
        try (OwnedFd socket = tcp(); var pair = UnixSocket.pair()) {
            assertThat(Namespace.ownsNetworkOf(socket)).isTrue();
            assertThat(Namespace.ownsNetworkOf(pair.one())).as("of any family").isTrue();
        }
        try (OwnedFd old = Kernels.through(Kernels.always(SystemCall.GETSOCKOPT, -92), tcp())) {
            assertThat(Namespace.ownsNetworkOf(old)).isFalse();
        }
    }

    @Test
    void portsThatNeedNoPrivilegeBeginWhereTheKernelSays() throws Exception {
        var sysctl = new ProcessBuilder("cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start").start();
        try (var out = sysctl.inputReader(); var _ = sysctl.errorReader(); var _ = sysctl.outputWriter()) {
            assertThat(IpSocket.firstFreePort()).isEqualTo(Integer.parseInt(out.readLine()));
        }
        sysctl.waitFor();
    }

    @ParameterizedTest
    @EnumSource(SocketOption.class)
    void everyOptionCanBeReadAndGivenToAnother(SocketOption option) {
        boolean v6 = option.name().startsWith("IPV6");
        boolean tcp = option.name().startsWith("TCP");
        boolean unix = option.name().startsWith("SO_PASS");
        try (OwnedFd socket = unix
                ? UnixSocket.create(SocketFacts.DATAGRAM)
                : IpSocket.create(v6, tcp ? SocketFacts.STREAM : SocketFacts.DATAGRAM)) {
            OptionalInt value = option.get(socket);
            assumeTrue(value.isPresent(), "this kernel has no " + option);
            option.set(socket, value.getAsInt());
            assertThat(option.get(socket)).isEqualTo(value);
        }
    }

    @Test
    void anOptionThatASocketLacksIsEmpty() {
        try (OwnedFd socket = tcp()) {
            assertThat(SocketOption.UDP_GRO.get(socket)).isEmpty();
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> SocketOption.UDP_GRO.set(socket, 1))
                    .withMessageContaining("UDP_GRO");
        }
    }

    @Test
    void whatOnlyRootMaySetIsKnown() {
        assertThat(SocketOption.SO_MARK.isPrivileged(1)).isTrue();
        assertThat(SocketOption.SO_MARK.isPrivileged(0)).isFalse();
        assertThat(SocketOption.SO_PRIORITY.isPrivileged(6)).isFalse();
        assertThat(SocketOption.SO_PRIORITY.isPrivileged(7)).isTrue();
        assertThat(SocketOption.IP_TRANSPARENT.isPrivileged(1)).isTrue();
        assertThat(SocketOption.SO_REUSEPORT.isPrivileged(1)).isFalse();
    }
}
