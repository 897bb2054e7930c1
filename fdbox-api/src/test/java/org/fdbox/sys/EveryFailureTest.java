package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation under every failure of every call that it makes: it says which call failed and why, and
/// leaks nothing.
@ExtendWith(NoLeak.class)
class EveryFailureTest {

    private static final int[] FAILURES = {
        Errno.EINTR, Errno.EAGAIN, Errno.EMFILE, Errno.ENOSPC, Errno.EIO, Errno.ECONNRESET, Errno.EPIPE
    };

    @TempDir
    private static Path folder;

    private static final IpAddress HERE = new IpAddress("127.0.0.1", 0, 0);

    private static int sockets;

    private static final int OWN_PID = (int) ProcessHandle.current().pid();

    /// What it does with a kernel whose first such call fails.
    ///
    /// @param forgiven failures that are part of ordinary life, or are tried again: no exception
    private record Operation(String name, SystemCall call, Consumer<Kernel> action, Integer... forgiven) {
        @Override
        public String toString() {
            return name + ", " + call;
        }
    }

    private static Operation of(String name, SystemCall call, Consumer<Kernel> action, Integer... forgiven) {
        return new Operation(name, call, action, forgiven);
    }

    private static void onMemfd(Kernel kernel, Consumer<OwnedFd> action) {
        try (OwnedFd memfd = Kernels.through(kernel, Memfd.create("x"))) {
            OpenFile.truncate(new OwnedFd(Kernel.SYSTEM, memfd.number()), 10);
            action.accept(memfd);
        }
    }

    private static void onEventFd(Kernel kernel, Consumer<OwnedFd> action) {
        try (OwnedFd eventFd = Kernels.through(kernel, EventFd.create(1, false, true))) {
            action.accept(eventFd);
        }
    }

    private static void onTimer(Kernel kernel, Consumer<OwnedFd> action) {
        try (OwnedFd timer = Kernels.through(kernel, TimerFd.create(Clock.MONOTONIC))) {
            action.accept(timer);
        }
    }

    private static void onPipe(Kernel kernel, Consumer<Pipe.Ends> action) {
        try (Pipe.Ends real = Pipe.create()) {
            Pipe.write(real.write(), new byte[]{1, 2, 3});
            try (var ends = new Pipe.Ends(Kernels.through(kernel, real.read()),
                    Kernels.through(kernel, real.write()))) {
                action.accept(ends);
            }
        }
    }

    private static void onSocket(Kernel kernel, Consumer<OwnedFd> action) {
        try (var pair = UnixSocket.pair();
                OwnedFd socket = Kernels.through(kernel, pair.one())) {
            action.accept(socket);
        }
    }

    private static void onIpSocket(Kernel kernel, Consumer<OwnedFd> action) {
        try (OwnedFd socket = Kernels.through(kernel, IpSocket.create(false, SocketFacts.STREAM))) {
            action.accept(socket);
        }
    }

    private static void onListener(Kernel kernel, Consumer<OwnedFd> action) {
        var address = new UnixAddress(folder.resolve("s" + sockets++).toString());
        try (OwnedFd real = UnixSocket.listen(address, SocketFacts.STREAM, 1)) {
            OpenFile.setStatusFlags(real, OpenFlags.NONBLOCK);
            try (OwnedFd listener = Kernels.through(kernel, real)) {
                action.accept(listener);
            }
        }
    }

    private static void makeUnnamed(Kernel kernel) {
        try (OwnedFd place = Kernels.through(kernel, OpenFile.open(folder.toString(), OpenFlags.PATH))) {
            OpenFile.unnamed(place).close();
        }
    }

    private static void adoptLock(Kernel kernel) {
        String path = folder.resolve("lock").toString();
        try (FolderLock lock = FolderLock.tryTake(path).orElseThrow();
                OwnedFd theirs = Kernels.through(kernel, lock.descriptor().dup())) {
            FolderLock.adopt(path, theirs).ifPresent(FolderLock::close);
        }
    }

    private static void writeMapped(OwnedFd memfd) {
        try (OwnedFd writable = HugePages.writable(memfd, 4096)) {
            Contents.write(writable, new byte[]{1}, 0);
        }
    }

    private static Stream<Operation> operations() {
        Extents all = Extents.of(List.of(new Contents.Extent(0, 10)), 10);
        return Stream.of(
                of("open", SystemCall.OPENAT, k -> OpenFile.open(k, "/dev/null", 0).close(), Errno.EINTR),
                of("memfd", SystemCall.MEMFD_CREATE, k -> Memfd.create(k, "x").close()),
                of("huge memfd", SystemCall.MEMFD_CREATE, k -> HugePages.memfd(k, "x", 1 << 21).close()),
                of("eventfd", SystemCall.EVENTFD2, k -> EventFd.create(k, 0, false, false).close()),
                of("eventfd with a count", SystemCall.WRITE, k -> EventFd.create(k, 1, false, false).close(),
                        Errno.EINTR),
                of("clock", SystemCall.CLOCK_GETTIME, Clock.REALTIME::now),
                of("timer", SystemCall.TIMERFD_CREATE, k -> TimerFd.create(k, Clock.MONOTONIC).close()),
                of("timer, set", SystemCall.TIMERFD_SETTIME,
                        k -> onTimer(k, fd -> TimerFd.set(fd, 1, 0, false, false))),
                of("timer, ticks", SystemCall.IOCTL, k -> onTimer(k, fd -> TimerFd.setTicks(fd, 1))),
                of("timer, state", SystemCall.TIMERFD_GETTIME, k -> onTimer(k, TimerFd::state)),
                of("signalfd", SystemCall.SIGNALFD4, k -> SignalFd.create(k, 1).close()),
                of("pidfd", SystemCall.PIDFD_OPEN, k -> Pidfd.open(k, OWN_PID, false).close()),
                of("pipe", SystemCall.PIPE2, k -> Pipe.create(k).close()),
                of("duplicate", SystemCall.FCNTL, k -> onMemfd(k, fd -> fd.dup().close())),
                of("stat", SystemCall.STATX, k -> onMemfd(k, Stat::of)),
                of("stat, settled", SystemCall.CLOCK_GETTIME, k -> onMemfd(k, Stat::settled)),
                of("flags", SystemCall.FCNTL, k -> onMemfd(k, fd -> new FdFacts(fd).flags())),
                of("link", SystemCall.READLINKAT, k -> onMemfd(k, fd -> new FdFacts(fd).link())),
                of("process lock", SystemCall.FCNTL, k -> onSocket(k, ProcessLock::take), Errno.EINTR),
                of("adopt lock", SystemCall.OPENAT, EveryFailureTest::adoptLock, Errno.EINTR),
                of("adopt lock, file", SystemCall.STATX, EveryFailureTest::adoptLock),
                of("adopt lock, locked", SystemCall.FLOCK, EveryFailureTest::adoptLock, Errno.EAGAIN),
                of("socket facts", SystemCall.GETSOCKOPT, k -> onSocket(k, SocketFacts::of)),
                of("socket address", SystemCall.GETSOCKNAME, k -> onSocket(k, SocketFacts::of)),
                of("peer", SystemCall.GETSOCKOPT, k -> onSocket(k, PeerCredentials::of)),
                of("IP socket", SystemCall.SOCKET, k -> IpSocket.create(k, true, SocketFacts.STREAM).close()),
                of("IP socket, bind", SystemCall.BIND, k -> onIpSocket(k, fd -> IpSocket.bind(fd, HERE))),
                of("IP socket, device", SystemCall.GETSOCKOPT, k -> onIpSocket(k, IpSocket::device)),
                of("IP socket, set device", SystemCall.SETSOCKOPT,
                        k -> onIpSocket(k, fd -> IpSocket.setDevice(fd, "lo"))),
                of("IP socket, backlog", SystemCall.GETSOCKOPT, k -> onIpSocket(k, IpSocket::backlog)),
                of("IP socket, set option", SystemCall.SETSOCKOPT,
                        k -> onIpSocket(k, fd -> SocketOption.SO_REUSEADDR.set(fd, 1))),
                of("IP socket, network", SystemCall.SOCKET, k -> onIpSocket(k, Namespace::ownsNetworkOf)),
                of("listen", SystemCall.LISTEN, k -> onListener(k, fd -> UnixSocket.listen(fd, 1))),
                of("accept", SystemCall.ACCEPT4, k -> onListener(k, UnixSocket::accept), Errno.EAGAIN,
                        Errno.EINTR),
                of("reopen", SystemCall.OPENAT, k -> onMemfd(k, fd -> OpenFile.reopen(fd, 0).close()),
                        Errno.EINTR),
                of("position", SystemCall.LSEEK, k -> onMemfd(k, OpenFile::position)),
                of("seek", SystemCall.LSEEK, k -> onMemfd(k, fd -> OpenFile.seek(fd, 1))),
                of("set flags", SystemCall.FCNTL, k -> onMemfd(k, fd -> OpenFile.setStatusFlags(fd, 0))),
                of("truncate", SystemCall.FTRUNCATE, k -> onMemfd(k, fd -> OpenFile.truncate(fd, 1))),
                of("chmod", SystemCall.FCHMOD, k -> onMemfd(k, fd -> OpenFile.chmod(fd, 0600))),
                of("chown", SystemCall.FCHOWN, k -> onMemfd(k, fd -> OpenFile.chown(fd, -1, -1))),
                of("sync", SystemCall.FSYNC, k -> onMemfd(k, OpenFile::sync)),
                of("extents", SystemCall.LSEEK, k -> onMemfd(k, fd -> Contents.dataExtents(fd, 10))),
                of("read", SystemCall.PREAD64, k -> onMemfd(k, fd -> Contents.read(fd, 0, 10)), Errno.EINTR),
                of("write", SystemCall.PWRITE64, k -> onMemfd(k, fd -> Contents.write(fd, new byte[3], 0)),
                        Errno.EINTR),
                of("write mapped", SystemCall.MMAP, k -> onMemfd(k, EveryFailureTest::writeMapped)),
                of("write mapped, room", SystemCall.FALLOCATE, k -> onMemfd(k, EveryFailureTest::writeMapped),
                        Errno.EINTR),
                of("checksum", SystemCall.PREAD64, k -> onMemfd(k, fd -> Contents.checksum(fd, all)),
                        Errno.EINTR),
                of("copy from", SystemCall.PREAD64, k -> onMemfd(k, fd -> copy(fd, all)), Errno.EINTR),
                of("copy to", SystemCall.PWRITE64, k -> onMemfd(k, fd -> copy(fd, all)), Errno.EINTR),
                of("is written", SystemCall.TEE, k -> onPipe(k, ends -> Pipe.isWritten(ends.read())),
                        Errno.EAGAIN),
                of("is written, new pipe", SystemCall.PIPE2,
                        k -> onPipe(k, ends -> Pipe.isWritten(ends.read()))),
                of("namespace", SystemCall.IOCTL, k -> onMemfd(k, Namespace::name)),
                of("page size", SystemCall.FSTATFS, k -> onMemfd(k, HugePages::pageSize)),
                of("unnamed", SystemCall.OPENAT, EveryFailureTest::makeUnnamed, Errno.EINTR),
                of("seals", SystemCall.FCNTL, k -> onMemfd(k, Memfd::seals)),
                of("seal", SystemCall.FCNTL, k -> onMemfd(k, fd -> Memfd.addSeals(fd, List.of("grow")))),
                of("count", SystemCall.WRITE, k -> onEventFd(k, fd -> EventFd.add(fd, 1)), Errno.EINTR),
                of("read count", SystemCall.READ, k -> onEventFd(k, EventFd::read), Errno.EINTR,
                        Errno.EAGAIN),
                of("capacity", SystemCall.FCNTL, k -> onPipe(k, ends -> Pipe.capacity(ends.read()))),
                of("set capacity", SystemCall.FCNTL,
                        k -> onPipe(k, ends -> Pipe.setCapacity(ends.read(), 1))),
                of("waiting", SystemCall.IOCTL, k -> onPipe(k, ends -> Pipe.waiting(ends.read()))),
                of("write to pipe", SystemCall.WRITE,
                        k -> onPipe(k, ends -> Pipe.write(ends.write(), new byte[2])), Errno.EINTR),
                of("read from pipe", SystemCall.READ, k -> onPipe(k, ends -> Pipe.read(ends.read(), 2)),
                        Errno.EINTR),
                of("peek, waiting", SystemCall.IOCTL, k -> onPipe(k, ends -> Pipe.peek(ends.read()))),
                of("peek, new pipe", SystemCall.PIPE2, k -> onPipe(k, ends -> Pipe.peek(ends.read()))),
                of("peek, capacity", SystemCall.FCNTL, k -> onPipe(k, ends -> Pipe.peek(ends.read()))),
                of("peek, tee", SystemCall.TEE, k -> onPipe(k, ends -> Pipe.peek(ends.read()))),
                of("peek, read", SystemCall.READ, k -> onPipe(k, ends -> Pipe.peek(ends.read())),
                        Errno.EINTR),
                of("names in /proc", SystemCall.OPENAT, k -> proc(k).numbers("self/fd"), Errno.EINTR),
                of("names in /proc, list", SystemCall.GETDENTS64, k -> proc(k).numbers("self/fd")),
                of("line in /proc", SystemCall.READ, k -> proc(k).line("self/comm"), Errno.EINTR),
                of("lines in /proc", SystemCall.READ, k -> proc(k).lines("self/maps", 9, _ -> {}),
                        Errno.EINTR),
                of("stat in /proc", SystemCall.STATX, k -> proc(k).stat("self/fd/0")),
                of("link in /proc", SystemCall.READLINKAT, k -> proc(k).link("self")),
                of("live update, create", SystemCall.IOCTL,
                        k -> onMemfd(k, fd -> LiveUpdate.create(fd, "x"))),
                of("live update, retrieve", SystemCall.IOCTL,
                        k -> onMemfd(k, fd -> LiveUpdate.retrieve(fd, "x"))),
                of("live update, preserve", SystemCall.IOCTL,
                        k -> onMemfd(k, fd -> LiveUpdate.preserve(fd, fd, 1))),
                of("live update, file", SystemCall.IOCTL, k -> onMemfd(k, fd -> LiveUpdate.retrieve(fd, 1))),
                of("live update, finish", SystemCall.IOCTL, k -> onMemfd(k, LiveUpdate::finish)),
                of("move", SystemCall.PREAD64, k -> onMemfd(k, fd -> SparseCopy.move(fd, fd, all, _ -> {})),
                        Errno.EINTR),
                of("file system", SystemCall.FSTATFS, k -> onMemfd(k, FileSystem::of)));
    }

    private static ProcFolder proc(Kernel kernel) {
        return new ProcFolder(kernel, "/proc");
    }

    private static void copy(OwnedFd memfd, Extents extents) {
        SparseCopy.copy(memfd, memfd, extents, _ -> {});
    }

    static Stream<Arguments> everyFailureOfEveryOperation() {
        return operations()
                .flatMap(operation -> IntStream.of(FAILURES)
                        .mapToObj(errno -> arguments(operation, errno,
                                Errno.describe(errno).split(",", 2)[0])));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("everyFailureOfEveryOperation")
    void isToldOrForgivenAndLeaksNothing(Operation operation, int errno, String name) {
        Kernel failing = Kernels.answering(operation.call, -errno);
        if (List.of(operation.forgiven).contains(errno)) {
            operation.action.accept(failing);
            return;
        }
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> operation.action.accept(failing))
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno))
                .withMessageContaining(name)
                .withMessageStartingWith(operation.call.lowerName());
    }
}
