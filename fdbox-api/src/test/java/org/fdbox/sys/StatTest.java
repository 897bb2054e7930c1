package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of file is told from the others, and its numbers are those that other programs see.
@ExtendWith(NoLeak.class)
class StatTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path folder;

    private Stat stat(Path path, int flags) {
        try (OwnedFd fd = OpenFile.open(path.toString(), flags)) {
            return Stat.of(fd);
        }
    }

    @Test
    void aRegularFileShowsWhatTheJdkShows() throws Exception {
        Path path = Files.writeString(folder.resolve("file"), "contents");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-x--x"));
        Files.createLink(folder.resolve("second"), path);
        Map<String, Object> unix = Files.readAttributes(path, "unix:*");
        Stat stat = stat(path, OpenFlags.RDONLY);
        assertThat(stat.type()).isEqualTo(FileType.REGULAR);
        assertThat(stat.size()).isEqualTo(8);
        assertThat(stat.permissions()).isEqualTo(0651);
        assertThat(stat.links()).isEqualTo(2);
        assertThat(stat.inode()).isEqualTo(unix.get("ino"));
        assertThat(stat.uid()).isEqualTo(unix.get("uid")).isEqualTo(ThisProcess.uid());
        assertThat(stat.gid()).isEqualTo(unix.get("gid"));
        assertThat(stat.modifiedNanos())
                .isEqualTo(Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS));
        assertThat(stat.changedNanos()).isGreaterThanOrEqualTo(stat.modifiedNanos());
    }

    @Test
    void setIdBitsAndTheStickyBitArePermissionsToo() throws Exception {
        Path path = Files.createFile(folder.resolve("file"));
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.RDWR)) {
            OpenFile.chmod(fd, 07777);
            assertThat(Stat.of(fd).permissions()).isEqualTo(07777);
        }
    }

    @Test
    void everyTypeIsTold() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        assertThat(stat(folder, OpenFlags.RDONLY).type()).isEqualTo(FileType.DIRECTORY);
        assertThat(stat(link, OpenFlags.PATH | OpenFlags.NOFOLLOW).type()).isEqualTo(FileType.SYMBOLIC_LINK);
        assertThat(stat(Path.of("/dev/null"), OpenFlags.RDONLY).type()).isEqualTo(FileType.CHARACTER_DEVICE);
        try (Pipe.Ends pipe = Pipe.create();
                var sockets = UnixSocket.pair();
                OwnedFd eventFd = EventFd.create(0, false, false);
                OwnedFd memfd = Memfd.create("x")) {
            assertThat(Stat.of(pipe.read()).type()).isEqualTo(FileType.FIFO);
            assertThat(Stat.of(sockets.one()).type()).isEqualTo(FileType.SOCKET);
            assertThat(Stat.of(eventFd).type()).isEqualTo(FileType.ANONYMOUS);
            assertThat(Stat.of(memfd).type()).isEqualTo(FileType.REGULAR);
        }
    }

    @Test
    void aDeviceNodeSaysWhatItStandsFor() {
        Stat stat = stat(Path.of("/dev/zero"), OpenFlags.RDONLY);
        assertThat(stat.represents()).isEqualTo(new Stat.Device(1, 5)).hasToString("1:5");
        assertThat(stat.device()).isNotEqualTo(stat.represents());
    }

    @Test
    void anotherNameOfAFileIsTheSameInodeAndACopyIsNot() throws Exception {
        Path path = Files.createFile(folder.resolve("file"));
        Path second = Files.createLink(folder.resolve("second"), path);
        Path copy = Files.copy(path, folder.resolve("copy"));
        Stat stat = stat(path, OpenFlags.RDONLY);
        assertThat(stat.sameInode(stat(second, OpenFlags.RDONLY))).isTrue();
        assertThat(stat.sameInode(stat(copy, OpenFlags.RDONLY))).isFalse();
    }

    @Test
    void theSameNumberOnAnotherFileSystemIsNotTheSameInode() {
        var here = new Stat.Device(1, 2);
        var there = new Stat.Device(1, 3);
        assertThat(onDevice(here).sameInode(onDevice(there))).isFalse();
        assertThat(onDevice(here).sameInode(onDevice(here))).isTrue();
    }

    private static Stat onDevice(Stat.Device device) {
        return new Stat(FileType.REGULAR, 0, 0, 0, 0, 1, 7, 0, device, new Stat.Device(0, 0), 0, 0);
    }

    @Test
    void aDeletedFileHasNoLinks() throws Exception {
        Path path = Files.createFile(folder.resolve("file"));
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.RDONLY)) {
            Files.delete(path);
            assertThat(Stat.of(fd).links()).isZero();
        }
    }

    @Test
    void aWriteIsSeenInTheTimes() {
        try (OwnedFd memfd = Memfd.create("x")) {
            Stat before = Stat.of(memfd);
            OpenFile.truncate(memfd, 4096);
            Stat after = Stat.of(memfd);
            assertThat(after.size()).isEqualTo(4096);
            assertThat(after.changedNanos()).isGreaterThanOrEqualTo(before.changedNanos());
        }
    }

    /// What the coarse clock says, call after call; how often it was asked is counted.
    private static Kernel clock(AtomicInteger calls, long... nanos) {
        return Kernels.replacing(SystemCall.CLOCK_GETTIME, (_, _, memory, _, _, _, _) -> {
            long now = nanos[calls.getAndIncrement()];
            MemorySegment time = Kernels.memory(memory, 16);
            time.set(ValueLayout.JAVA_LONG, 0, now / SECOND);
            time.set(ValueLayout.JAVA_LONG, 8, now % SECOND);
            return 0;
        });
    }

    /// Gives every file this ctime.
    private static Kernel changedAt(Kernel kernel, long nanos) {
        return (call, a, b, c, d, e, f) -> {
            long answer = kernel.call(call, a, b, c, d, e, f);
            if (call == SystemCall.STATX) {
                MemorySegment statx = Kernels.memory(e, 256);
                statx.set(ValueLayout.JAVA_LONG, 96, nanos / SECOND);
                statx.set(ValueLayout.JAVA_INT, 104, (int) (nanos % SECOND));
            }
            return answer;
        };
    }

    private static Stat settled(long changed, AtomicInteger asked, long... clock) {
        Kernel kernel = changedAt(clock(asked, clock), changed);
        try (OwnedFd memfd = Kernels.through(kernel, Memfd.create("x"))) {
            return Stat.settled(memfd);
        }
    }

    @Test
    void theTickInWhichAFileWasChangedIsWaitedOut() {
        long changed = 5 * SECOND + 7;
        var asked = new AtomicInteger();
        Stat stat = settled(changed, asked, changed, changed, changed + 4_000_000);
        assertThat(asked).hasValue(3);
        assertThat(stat.changedNanos()).isEqualTo(changed);
    }

    @Test
    void aFileChangedEarlierIsNotWaitedFor() {
        var asked = new AtomicInteger();
        settled(5 * SECOND + 7, asked, 5 * SECOND + 8);
        assertThat(asked).hasValue(1);
    }

    @Test
    void wholeSecondsAreWaitedOutWhereThatIsAllThatIsKept() {
        var asked = new AtomicInteger();
        settled(5 * SECOND, asked, 5 * SECOND, 6 * SECOND - 1, 6 * SECOND);
        assertThat(asked).hasValue(3);
    }

    @Test
    void whatIsWrittenAfterwardsShows() {
        try (OwnedFd memfd = Memfd.create("x")) {
            for (int i = 0; i < 20; i++) {
                Contents.write(memfd, new byte[]{1}, 0);
                Stat before = Stat.settled(memfd);
                Contents.write(memfd, new byte[]{2}, 0);
                assertThat(Stat.of(memfd).changedNanos()).isNotEqualTo(before.changedNanos());
            }
        }
    }
}
