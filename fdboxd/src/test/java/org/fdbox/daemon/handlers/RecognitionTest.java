package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.Clock;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.HugePages;
import org.fdbox.sys.IpAddress;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SignalFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.TimerFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Each kind is recognised by one handler at most, and what is not quite of a kind by none.
@ExtendWith(NothingLeaks.class)
class RecognitionTest {

    private final List<FdHandler> all = HandlerRegistry.handlersOnClassPath();
    private Path folder;

    @BeforeEach
    void remember(@TempDir Path temporary) {
        folder = temporary;
    }

    private void assertKinds(OwnedFd fd, String... kinds) {
        Stream<String> found =
                all.stream().filter(handler -> handler.recognises(new FdFacts(fd))).map(FdHandler::kind);
        assertThat(found).containsExactly(kinds);
        fd.close();
    }

    private static OwnedFd open(Path path, int flags) {
        return OpenFile.open(path.toString(), flags);
    }

    private OwnedFd listener(String name) {
        return UnixSocket.listen(new UnixAddress(folder.resolve(name).toString()), SocketFacts.STREAM, 1);
    }

    @Test
    void memoryAndCounters() {
        assertKinds(Memfd.create("m"), "memfd");
        assertKinds(EventFd.create(0, true, true), "eventfd");
        assertKinds(TimerFd.create(Clock.MONOTONIC), "timerfd");
        assertKinds(SignalFd.create(1), "signalfd");
        assertKinds(Pidfd.open((int) ProcessHandle.current().pid(), false), "pidfd");
        HugePages.sizes().forEach(size -> assertKinds(HugePages.memfd("m", size), "hugetlb-memfd"));
    }

    @Test
    void filesAndFolders() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertKinds(open(file, OpenFlags.RDWR), "file");
        OwnedFd deleted = open(file, OpenFlags.RDONLY);
        Files.delete(file);
        assertKinds(deleted, "unlinked-file");
        try (OwnedFd place = open(folder, OpenFlags.PATH)) {
            assertKinds(OpenFile.unnamed(place), "unlinked-file");
        }
        assertKinds(open(folder, OpenFlags.RDONLY | OpenFlags.DIRECTORY), "directory");
        assertKinds(open(Path.of("/dev/null"), OpenFlags.WRONLY), "char-device");
    }

    @Test
    void blockDevices() {
        assertKinds(open(Path.of(Nodes.blockDevice()), OpenFlags.RDONLY | OpenFlags.NONBLOCK),
                "block-device");
    }

    @Test
    void tunDevices() {
        Path tun = Path.of("/dev/net/tun");
        assumeTrue(Files.isReadable(tun), tun + " is missing");
        assertKinds(open(tun, OpenFlags.RDONLY), "tap");
    }

    @Test
    void namespaces() {
        assertKinds(open(Path.of("/proc/self/ns/net"), OpenFlags.RDONLY), "namespace");
    }

    @Test
    void pipes() throws Exception {
        try (Pipe.Ends pipe = Pipe.create()) {
            assertKinds(pipe.read().dup(), "pipe");
            assertKinds(pipe.write().dup(), "pipe");
            assertKinds(OpenFile.reopen(pipe.read(), OpenFlags.RDWR));
        }
        Path fifo = Nodes.fifo(folder.resolve("fifo"));
        assertKinds(open(fifo, OpenFlags.RDONLY | OpenFlags.NONBLOCK), "fifo");
        assertKinds(open(fifo, OpenFlags.RDWR), "fifo");
    }

    @Test
    void sockets() {
        UnixSocket.Pair pair = UnixSocket.pair();
        assertKinds(pair.one().dup(), "connected-socket");
        assertKinds(pair.other().dup(), "connected-socket");
        pair.close();
        assertKinds(listener("s"), "unix-listener");
        try (OwnedFd listener = listener("t")) {
            assertKinds(UnixSocket.connect(new UnixAddress(folder.resolve("t").toString())),
                    "connected-socket");
            assertThat(listener.isOpen()).isTrue();
        }
    }

    @Test
    void ipSockets() {
        var here = new IpAddress("::1", 0, 0);
        OwnedFd listener = IpSocket.create(true, SocketFacts.STREAM);
        IpSocket.bind(listener, here);
        UnixSocket.listen(listener, 1);
        assertKinds(listener, "tcp-listener");
        OwnedFd udp = IpSocket.create(true, SocketFacts.DATAGRAM);
        IpSocket.bind(udp, here);
        assertKinds(udp, "udp-socket");
    }

    @Test
    void aSocketThatIsNeither() {
        UnixAddress bound = new UnixAddress(folder.resolve("bound").toString());
        assertKinds(UnixSocket.bind(bound, SocketFacts.STREAM), "other-socket");
        UnixAddress gram = new UnixAddress(folder.resolve("gram").toString());
        assertKinds(UnixSocket.bind(gram, SocketFacts.DATAGRAM), "unix-datagram");
    }

    @Test
    void whatWasOpenedOnlyAsAPathIsAKindOfItsOwn() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (OwnedFd memfd = Memfd.create("m"); OwnedFd counter = EventFd.create(0, false, false);
                OwnedFd listener = listener("s")) {
            assertKinds(open(file, OpenFlags.PATH), "path");
            assertKinds(open(folder, OpenFlags.PATH), "path");
            assertKinds(open(Path.of("/dev/null"), OpenFlags.PATH), "path");
            assertKinds(open(folder.resolve("s"), OpenFlags.PATH), "path");
            assertKinds(OpenFile.reopen(memfd, OpenFlags.PATH), "path");
            assertKinds(OpenFile.reopen(counter, OpenFlags.PATH), "path");
            assertThat(listener.isOpen()).isTrue();
        }
    }

    @Test
    void anEpollIsNobodys() {
        assertKinds(Foreign.epoll());
    }
}
