package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a socket is, whoever made it and wherever it is bound.
@ExtendWith(NoLeak.class)
class SocketFactsTest {

    private static final int ENOTSOCK = 88;

    @TempDir
    private Path folder;

    @Test
    void aListenerHasAnAddressAndNoPeer() {
        var address = new UnixAddress(folder.resolve("s").toString());
        for (int type : new int[]{SocketFacts.STREAM, SocketFacts.SEQPACKET}) {
            folder.resolve("s").toFile().delete();
            try (OwnedFd listener = UnixSocket.listen(address, type, 1)) {
                assertThat(SocketFacts.of(listener))
                        .isEqualTo(
                                new SocketFacts(SocketFacts.UNIX, type, 0, true, false, Optional.of(address),
                                        Optional.empty(), Optional.empty()));
            }
        }
    }

    @Test
    void aConnectionHasAPeer() {
        var address = new UnixAddress(folder.resolve("s").toString());
        try (OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 1);
                OwnedFd client = UnixSocket.connect(address);
                OwnedFd server = UnixSocket.accept(listener).orElseThrow()) {
            assertThat(SocketFacts.of(client))
                    .isEqualTo(new SocketFacts(SocketFacts.UNIX, SocketFacts.STREAM, 0, false, true,
                            Optional.empty(), Optional.of(address), Optional.empty()));
            assertThat(SocketFacts.of(server).connected()).isTrue();
            assertThat(SocketFacts.of(server).address()).contains(address);
            assertThat(SocketFacts.of(server).peerAddress()).as("the client's, which has none").isEmpty();
        }
    }

    @Test
    void aPairIsConnectedAndHasNoAddress() {
        try (var pair = UnixSocket.pair()) {
            SocketFacts facts = SocketFacts.of(pair.one());
            assertThat(facts.connected()).isTrue();
            assertThat(facts.accepting()).isFalse();
            assertThat(facts.address()).isEmpty();
        }
    }

    @Test
    void aBoundDatagramSocketDoesNotListen() {
        var address = new UnixAddress(folder.resolve("s").toString());
        try (OwnedFd socket = UnixSocket.bind(address, SocketFacts.DATAGRAM)) {
            assertThat(SocketFacts.of(socket))
                    .isEqualTo(new SocketFacts(SocketFacts.UNIX, SocketFacts.DATAGRAM, 0, false, false,
                            Optional.of(address), Optional.empty(), Optional.empty()));
        }
    }

    @Test
    void aSocketOfAnotherFamilyHasNoUnixAddress() {
        int netlink = 16;
        int raw = 3;
        long number = Kernel.SYSTEM.call(SystemCall.SOCKET, netlink, raw | OpenFlags.CLOEXEC);
        try (OwnedFd socket = OwnedFd.adopt((int) Kernel.check(number, SystemCall.SOCKET, "netlink"))) {
            SocketFacts facts = SocketFacts.of(socket);
            assertThat(facts.domain()).isEqualTo(netlink);
            assertThat(facts.type()).isEqualTo(raw);
            assertThat(facts.address()).isEmpty();
            assertThat(facts.connected()).as("the kernel is no peer").isFalse();
        }
    }

    @Test
    void aSocketOfAFamilyWithoutAddressesHasNone() {
        Kernel nameless = Kernels.always(SystemCall.GETSOCKNAME, -Errno.EOPNOTSUPP);
        try (OwnedFd socket = Kernels.through(nameless, IpSocket.create(false, SocketFacts.DATAGRAM))) {
            assertThat(SocketFacts.of(socket).address()).isEmpty();
        }
    }

    @Test
    void whatIsNoSocketSaysSo() {
        try (OwnedFd memfd = Memfd.create("x")) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> SocketFacts.of(memfd))
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(ENOTSOCK));
        }
    }

    /// The kernel does not ask what a path means.
    @Test
    void aSocketWhoseAddressIsNoTextCanBeLookedAt() {
        byte[] path = folder.resolve("s\u00e9").toString().getBytes(StandardCharsets.ISO_8859_1);
        try (OwnedFd socket = bindRaw(path)) {
            assertThat(SocketFacts.of(socket).address()).isEmpty();
        }
    }

    private static OwnedFd bindRaw(byte[] path) {
        long number = Kernel.SYSTEM.call(SystemCall.SOCKET, 1, SocketFacts.STREAM | OpenFlags.CLOEXEC);
        OwnedFd socket = OwnedFd.adopt((int) number);
        try (var arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(110);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            socket.must(SystemCall.BIND, address.address(), 2 + path.length);
        }
        return socket;
    }
}
