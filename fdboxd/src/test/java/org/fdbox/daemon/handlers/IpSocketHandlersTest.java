package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.IpAddress;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketBuffers;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SocketOption;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets of TCP and UDP are bound to the same address again, with their options, and never with rights that
/// their putter did not have.
@ExtendWith(NothingLeaks.class)
class IpSocketHandlersTest {

    private final TcpListenerHandler tcp = new TcpListenerHandler();
    private final UdpSocketHandler udp = new UdpSocketHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    private PreservingHandler handler(int type) {
        return type == SocketFacts.STREAM ? tcp : udp;
    }

    private static OwnedFd bound(String host, int type) {
        var address = new IpAddress(host, 0, 0);
        OwnedFd socket = IpSocket.create(address.isV6(), type);
        IpSocket.bind(socket, address);
        if (type == SocketFacts.STREAM) {
            UnixSocket.listen(socket, 17);
        }
        return socket;
    }

    private static IpAddress address(OwnedFd socket) {
        return new FdFacts(socket).socket().ipAddress().orElseThrow();
    }

    private Prospect examine(PreservingHandler handler, OwnedFd fd, PeerCredentials putter) throws Exception {
        return handler.examine(fd, new FdFacts(fd), putter);
    }

    private void assertLive(OwnedFd fd, PeerCredentials putter, String why) throws Exception {
        Prospect prospect = examine(udp, fd, putter);
        assertThat(prospect.survival()).isEqualTo(Survival.LIVE);
        assertThat(prospect.reason()).hasValueSatisfying(reason -> assertThat(reason).contains(why));
    }

    private static Saved withOption(Saved saved, String name, Object value) {
        var options = new HashMap<Object, Object>((Map<?, ?>) saved.properties().get("options"));
        options.put(name, value);
        return saved.with("options", options);
    }

    private void assertRefused(Restoring recovery, PreservingHandler handler, Saved saved, String why) {
        assertThatThrownBy(() -> recovery.restore(handler, saved))
                .as(saved.properties().toString())
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 1, true", "127.0.0.1, 2, false", "::1, 1, false", "::1, 2, true", "::, 1, true",
        "0.0.0.0, 2, true", "::ffff:127.0.0.1, 1, false"})
    void isBoundToTheSameAddressAgain(String host, int type, boolean nonblock) throws Exception {
        Saved saved;
        IpAddress before;
        try (OwnedFd socket = bound(host, type)) {
            OpenFile.setStatusFlags(socket, nonblock ? OpenFlags.NONBLOCK : 0);
            assertThat(examine(handler(type), socket, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            before = address(socket);
            saved = restoring.preserve(handler(type), socket);
        }
        try (OwnedFd back = restoring.restore(handler(type), saved)) {
            var facts = new FdFacts(back);
            assertThat(address(back)).isEqualTo(before);
            assertThat(handler(type).recognises(facts)).isTrue();
            assertThat(OpenFlags.names(facts.flags()).contains("nonblock")).isEqualTo(nonblock);
            assertThat(restoring.preserve(handler(type), back).properties()).isEqualTo(saved.properties());
        }
    }

    @Test
    void clientsFindAListenerAgain() throws Exception {
        Saved saved;
        int port;
        try (OwnedFd socket = bound("127.0.0.1", SocketFacts.STREAM)) {
            port = address(socket).port();
            saved = restoring.preserve(tcp, socket);
        }
        try (OwnedFd back = restoring.restore(tcp, saved); var client = new Socket("127.0.0.1", port)) {
            assertThat(client.isConnected()).isTrue();
            assertThat(IpSocket.backlog(back)).isEqualTo(17);
        }
    }

    @Test
    void optionsBuffersAndTheInterfaceComeBack() throws Exception {
        Map<SocketOption, Integer> options = Map.of(
                SocketOption.SO_REUSEADDR, 1, SocketOption.IPV6_V6ONLY, 1, SocketOption.IP_FREEBIND, 1,
                SocketOption.TCP_NODELAY, 1, SocketOption.SO_KEEPALIVE, 1, SocketOption.TCP_KEEPIDLE, 77,
                SocketOption.TCP_DEFER_ACCEPT, 7, SocketOption.TCP_FASTOPEN, 5, SocketOption.SO_PRIORITY, 6);
        var buffers = new SocketBuffers(OptionalInt.of(40_000), OptionalInt.of(50_000));
        Saved saved;
        try (OwnedFd socket = IpSocket.create(true, SocketFacts.STREAM)) {
            options.forEach((option, value) -> option.set(socket, value));
            buffers.apply(socket);
            IpSocket.setDevice(socket, "lo");
            IpSocket.bind(socket, new IpAddress("::", 0, 0));
            UnixSocket.listen(socket, 3);
            saved = restoring.preserve(tcp, socket);
        }
        assertThat(((Map<?, ?>) saved.properties().get("options")).keySet())
                .as("that and nothing else, where one has two names")
                .allMatch(name -> options.keySet().stream()
                        .anyMatch(set -> name.toString().endsWith(set.name().substring(4))));
        try (OwnedFd back = restoring.restore(tcp, saved)) {
            options.forEach(
                    (option, value) -> assertThat(option.get(back)).as(option.name()).hasValue(value));
            assertThat(SocketBuffers.of(back)).isEqualTo(buffers);
            assertThat(IpSocket.device(back)).contains("lo");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SocketFacts.STREAM, SocketFacts.DATAGRAM})
    void anAddressThatSomebodyElseHasIsNotTakenAway(int type) throws Exception {
        try (OwnedFd socket = bound("127.0.0.1", type)) {
            Saved saved = restoring.preserve(handler(type), socket);
            assertRefused(restoring, handler(type), saved, "EADDRINUSE");
        }
    }

    @Test
    void aConnectedOrUnboundUdpSocketIsAnotherKind() {
        try (OwnedFd socket = IpSocket.create(false, SocketFacts.DATAGRAM);
                OwnedFd peer = bound("127.0.0.1", SocketFacts.DATAGRAM)) {
            assertThat(udp.recognises(new FdFacts(socket))).isFalse();
            assertThat(udp.recognises(new FdFacts(peer))).isTrue();
        }
    }

    @Test
    void aPrivilegedPortNeedsAPutterWhoIsRoot() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can bind a privileged port");
        assumeTrue(IpSocket.firstFreePort() > 1, "every port is free for everybody here");
        Saved saved;
        try (OwnedFd socket = privileged()) {
            assertLive(socket, ALICE, "needs root");
            assertThat(examine(udp, socket, ROOT).survival()).isEqualTo(Survival.REOPEN);
            saved = restoring.preserve(udp, socket);
        }
        try (var alices = new Restoring(ALICE); var roots = new Restoring(ROOT)) {
            assertRefused(alices, udp, saved, "needs root");
            roots.restore(udp, saved).close();
        }
    }

    /// Some port below the first free one, whichever is not in use.
    private static OwnedFd privileged() {
        OwnedFd socket = IpSocket.create(false, SocketFacts.DATAGRAM);
        for (int port = IpSocket.firstFreePort() - 1; port > 0; port--) {
            try {
                IpSocket.bind(socket, new IpAddress("127.0.0.1", port, 0));
                return socket;
            } catch (SystemCallException taken) {
                continue;
            }
        }
        throw new AssertionError("no privileged port is free");
    }

    @Test
    void optionsThatOnlyRootMaySetNeedAPutterWhoIsRoot() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can mark a socket");
        try (OwnedFd socket = bound("127.0.0.1", SocketFacts.DATAGRAM)) {
            SocketOption.SO_MARK.set(socket, 5);
            assertLive(socket, ALICE, "SO_MARK");
            assertThat(examine(udp, socket, ROOT).survival()).isEqualTo(Survival.REOPEN);
        }
    }

    @Test
    void rightsThatWereWrittenIntoTheManifestAreNotGranted() throws Exception {
        Saved saved;
        try (OwnedFd socket = bound("127.0.0.1", SocketFacts.DATAGRAM)) {
            saved = restoring.preserve(udp, socket);
        }
        assumeTrue(IpSocket.firstFreePort() > 7, "every port is free for everybody here");
        try (var alices = new Restoring(ALICE)) {
            assertRefused(alices, udp, saved.with("port", 7L), "port 7");
            assertRefused(alices, udp, withOption(saved, "IP_TRANSPARENT", 1L), "IP_TRANSPARENT");
            assertRefused(alices, udp, withOption(saved, "SO_PRIORITY", 7L), "SO_PRIORITY");
            alices.restore(udp, saved).close();
        }
    }

    @Test
    void aSharedPortIsSharedWithSocketsOfThePutterAlone() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can bind as somebody else");
        Saved saved;
        try (OwnedFd socket = IpSocket.create(false, SocketFacts.DATAGRAM)) {
            SocketOption.SO_REUSEPORT.set(socket, 1);
            IpSocket.bind(socket, new IpAddress("127.0.0.1", 0, 0));
            saved = restoring.preserve(udp, socket);
        }
        try (var alices = new Restoring(ALICE); var bobs = new Restoring(BOB);
                OwnedFd _ = alices.restore(udp, saved); OwnedFd _ = alices.restore(udp, saved)) {
            assertRefused(bobs, udp, saved, "EADDRINUSE");
        }
    }

    @Test
    void aSocketOfAnotherNetworkIsLive() throws Exception {
        try (OwnedFd socket = Foreign.inAnotherNetwork(() -> {
            OwnedFd made = IpSocket.create(false, SocketFacts.DATAGRAM);
            IpSocket.bind(made, new IpAddress("0.0.0.0", 0, 0));
            return made;
        })) {
            assertLive(socket, SELF, "another network namespace");
        }
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        Saved saved;
        try (OwnedFd socket = bound("127.0.0.1", SocketFacts.STREAM)) {
            saved = restoring.preserve(tcp, socket);
        }
        for (Map.Entry<String, Object> bad : Map.<String, Object>of(
                "address", "localhost", "port", 70_000L, "options", "x", "device", "fdbox-none", "interface",
                "fdbox-none", "backlog", "x", "receiveBuffer", "x", "flags", List.of("strange"), "bootId", 1L,
                "network", 1L).entrySet()) {
            assertRefused(restoring, tcp, saved.with(bad.getKey(), bad.getValue()), "");
        }
        for (String needed : List.of("address", "port", "options", "backlog", "flags", "bootId", "network")) {
            assertRefused(restoring, tcp, saved.without(needed), "");
        }
        assertRefused(restoring, tcp, withOption(saved, "SO_STRANGE", 1L), "SO_STRANGE");
        assertRefused(restoring, tcp, withOption(saved, "SO_KEEPALIVE", "x"), "");
        assertRefused(restoring, tcp, saved.with("network", "net:[1]"), "network namespace");
        restoring.restore(tcp, saved.with("bootId", "another").with("network", "net:[1]")).close();
    }
}
