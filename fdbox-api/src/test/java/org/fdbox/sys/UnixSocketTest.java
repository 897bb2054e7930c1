package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets are bound, found, accepted and refused as unix(7) says, and none is left open where it fails.
@ExtendWith(NoLeak.class)
class UnixSocketTest {

    private static final int F_GETFD = 1;

    @TempDir
    private Path folder;

    private UnixAddress address;

    @BeforeEach
    void choose() {
        address = new UnixAddress(folder.resolve("s").toString());
    }

    private static void fails(int errno, ThrowingCallable action) {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(action)
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    private OwnedFd listen() {
        OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 8);
        OpenFile.setStatusFlags(listener, OpenFlags.NONBLOCK);
        return listener;
    }

    private static void assertCloseOnExec(OwnedFd fd) {
        assertThat(Kernel.SYSTEM.call(SystemCall.FCNTL, fd.number(), F_GETFD)).isEqualTo(1);
    }

    @Test
    void whoConnectsIsAccepted() throws Exception {
        try (OwnedFd listener = listen();
                OwnedFd client = UnixSocket.connect(address);
                OwnedFd server = UnixSocket.accept(listener).orElseThrow();
                var courier = Courier.nonBlocking();
                var reader = new FrameReader(10)) {
            courier.send(client, Messages.bytes("hello|"), 0, List.of());
            courier.receive(server, reader);
            assertThat(Messages.ready(reader)).containsExactly("hello");
            assertCloseOnExec(listener);
            assertCloseOnExec(client);
            assertCloseOnExec(server);
            assertThat(new FdFacts(server).flags() & OpenFlags.NONBLOCK).as("never waits").isNotZero();
            assertThat(new FdFacts(client).flags() & OpenFlags.NONBLOCK).as("waits").isZero();
        }
    }

    @Test
    void withoutACallerNobodyIsAccepted() {
        try (OwnedFd listener = listen()) {
            assertThat(UnixSocket.accept(listener)).isEmpty();
        }
    }

    @Test
    void aPairIsConnectedAndCloseOnExec() {
        try (var pair = UnixSocket.pair()) {
            assertCloseOnExec(pair.one());
            assertCloseOnExec(pair.other());
        }
    }

    @Test
    void nobodyCanConnectBeforeItListens() {
        try (OwnedFd bound = UnixSocket.bind(address, SocketFacts.STREAM)) {
            fails(Errno.ECONNREFUSED, () -> UnixSocket.connect(address));
            UnixSocket.listen(bound, 1);
            UnixSocket.connect(address).close();
        }
    }

    @Test
    void anAddressIsTakenAlsoByADeadSocket() {
        listen().close();
        assertThat(folder.resolve("s")).exists();
        fails(Errno.EADDRINUSE, this::listen);
        fails(Errno.ECONNREFUSED, () -> UnixSocket.connect(address));
    }

    @Test
    void aFolderThatIsNotThereCannotHoldASocket() {
        var nowhere = new UnixAddress(folder.resolve("none/s").toString());
        fails(Errno.ENOENT, () -> UnixSocket.bind(nowhere, SocketFacts.STREAM));
        fails(Errno.ENOENT, () -> UnixSocket.connect(nowhere));
    }

    @Test
    void aFileThatIsNoSocketRefuses() throws Exception {
        Files.createFile(folder.resolve("s"));
        fails(Errno.ECONNREFUSED, () -> UnixSocket.connect(address));
        fails(Errno.EADDRINUSE, () -> UnixSocket.bind(address, SocketFacts.STREAM));
    }

    @Test
    void aKindThatCannotListenIsRefused() {
        fails(Errno.EOPNOTSUPP, () -> UnixSocket.listen(address, SocketFacts.DATAGRAM, 1));
        fails(Errno.EINVAL, () -> UnixSocket.bind(address, 77));
    }

    @Test
    void kindsDoNotMix() {
        int wrongType = 91;
        try (OwnedFd _ = listen()) {
            fails(wrongType, () -> UnixSocket.connect(address, SocketFacts.SEQPACKET));
        }
    }

    @Test
    void aCallerWhoLeftIsAcceptedAndAtItsEnd() throws Exception {
        try (OwnedFd listener = listen()) {
            UnixSocket.connect(address).close();
            try (OwnedFd server = UnixSocket.accept(listener).orElseThrow();
                    var courier = Courier.nonBlocking();
                    var reader = new FrameReader(10)) {
                assertThat(courier.receive(server, reader)).isEqualTo(Courier.Arrival.END);
            }
        }
    }

    @Test
    void anEndedConnectionIsAtItsEndOnBothSides() throws Exception {
        try (var pair = UnixSocket.pair();
                OwnedFd duplicate = pair.one().dup();
                var courier = Courier.blocking();
                var reader = new FrameReader(10)) {
            courier.send(pair.other(), Messages.bytes("last|"), 0, List.of());
            UnixSocket.shutdown(pair.one());
            UnixSocket.shutdown(pair.one());
            assertThat(courier.receive(duplicate, reader)).isEqualTo(Courier.Arrival.DATA);
            assertThat(Messages.ready(reader)).containsExactly("last");
            assertThat(courier.receive(duplicate, reader)).isEqualTo(Courier.Arrival.END);
            assertThat(courier.receive(pair.other(), reader)).isEqualTo(Courier.Arrival.END);
            fails(Errno.EPIPE, () -> courier.send(duplicate, Messages.bytes("x|"), 0, List.of()));
        }
        try (OwnedFd bound = UnixSocket.bind(address, SocketFacts.STREAM)) {
            UnixSocket.shutdown(bound);
        }
    }

    @Test
    void callersThatTheKernelGaveUpArePassedOver() {
        Kernel tired =
                Kernels.answering(SystemCall.ACCEPT4, -Errno.ECONNABORTED, -Errno.EINTR, -Errno.ECONNABORTED);
        try (OwnedFd listener = Kernels.through(tired, listen());
                OwnedFd _ = UnixSocket.connect(address);
                OwnedFd server = UnixSocket.accept(listener).orElseThrow()) {
            assertThat(server.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM})
    void whoCannotBeAcceptedNowWaits(int errno) {
        try (OwnedFd listener = Kernels.through(Kernels.answering(SystemCall.ACCEPT4, -errno), listen());
                OwnedFd _ = UnixSocket.connect(address)) {
            fails(errno, () -> UnixSocket.accept(listener));
            UnixSocket.accept(listener).orElseThrow().close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EACCES, Errno.EAGAIN, Errno.ECONNREFUSED, Errno.ENOENT})
    void aSocketThatCannotConnectIsClosed(int errno) {
        Kernel refusing = Kernels.always(SystemCall.CONNECT, -errno);
        fails(errno, () -> UnixSocket.connect(refusing, address, SocketFacts.STREAM));
    }

    @Test
    void connectingGoesOnAfterASignal() {
        Kernel interrupted = Kernels.answering(SystemCall.CONNECT, -Errno.EINTR);
        try (OwnedFd _ = listen();
                OwnedFd client = UnixSocket.connect(interrupted, address, SocketFacts.STREAM)) {
            assertThat(SocketFacts.of(client).connected()).isTrue();
        }
    }
}
