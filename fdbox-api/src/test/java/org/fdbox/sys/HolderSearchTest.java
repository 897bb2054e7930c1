package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who else has a file open, in a /proc of the test's own; what it cannot see, it says.
@ExtendWith(NoLeak.class)
class HolderSearchTest {

    private static final int QEMU = 77;
    private static final int THREAD = 79;

    private final OwnedFd memfd = Memfd.create("a b");
    private final OwnedFd other = Memfd.create("other");
    private FakeProc proc;

    @BeforeEach
    void aProcess(@TempDir Path folder) throws IOException {
        proc = new FakeProc(folder);
        proc.process(QEMU, "qemu");
    }

    @AfterEach
    void close() {
        memfd.close();
        other.close();
    }

    private FileHolders search(OwnedFd... files) {
        return search(proc.kernel(), files);
    }

    private FileHolders search(Kernel kernel, OwnedFd... files) {
        return HolderSearch.of(new ProcFolder(kernel, proc.root.toString()), List.of(files), List.of());
    }

    private static String device(OwnedFd fd) {
        Stat.Device device = Stat.of(fd).device();
        return "%02x:%02x".formatted(device.major(), device.minor());
    }

    private static long inode(OwnedFd fd) {
        return Stat.of(fd).inode();
    }

    @Test
    void whoHasItOpenIsNamedWithTheNumber() throws IOException {
        proc.descriptor(QEMU, 5, memfd);
        proc.descriptor(QEMU, 6, other);
        proc.descriptor(1, 3, other);
        FileHolders found = search(memfd);
        assertThat(found.of(memfd)).containsExactly(new FileHolder(QEMU, 5, "qemu"));
        assertThat(found.complete()).isTrue();
        assertThat(found.of(other)).as("it was not searched for").isEmpty();
    }

    @Test
    void anotherOpeningOfTheSameInodeCounts() throws IOException {
        try (OwnedFd again = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
            proc.descriptor(QEMU, 5, again);
            assertThat(search(memfd).of(memfd)).hasSize(1);
        }
    }

    @Test
    void oneWalkFindsTheHoldersOfAllFiles() throws IOException {
        proc.descriptor(QEMU, 5, memfd);
        proc.descriptor(1, 6, other);
        try (OwnedFd alias = memfd.dup()) {
            FileHolders found = search(memfd, other, alias);
            assertThat(found.of(memfd)).extracting(FileHolder::pid).containsExactly(QEMU);
            assertThat(found.of(alias)).isEqualTo(found.of(memfd));
            assertThat(found.of(other)).extracting(FileHolder::pid).containsExactly(1);
        }
    }

    @Test
    void ofThisProcessOnlyWhatIsNamedCounts() throws IOException {
        proc.descriptor(FakeProc.SELF, memfd.number(), memfd);
        assertThat(search(memfd).of(memfd)).isEmpty();
        var folder = new ProcFolder(proc.kernel(), proc.root.toString());
        try (OwnedFd copy = memfd.dup()) {
            assertThat(HolderSearch.of(folder, List.of(memfd), List.of(other, copy)).of(memfd))
                    .containsExactly(new FileHolder(FakeProc.SELF, copy.number(), "java"));
        }
    }

    @Test
    void aMappingCountsWithoutADescriptor() throws IOException {
        proc.mapping(QEMU, QEMU, "00400000-00401000", device(memfd), inode(memfd));
        assertThat(search(memfd).of(memfd))
                .containsExactly(new FileHolder(QEMU, FileHolder.MAPPED, "qemu"));
        proc.descriptor(QEMU, 5, memfd);
        assertThat(search(memfd).of(memfd)).as("once").containsExactly(new FileHolder(QEMU, 5, "qemu"));
    }

    /// A hostile process can have a million mappings of a file with a long path.
    @Test
    void mappingsAreReadLineByLine() throws IOException {
        String line = "7f0000000000-7f0000001000 rw-s 00000000 %s %d %s\n";
        String before = line.formatted("00:ff", 7, "/x".repeat(2000)).repeat(50);
        String sought = line.formatted(device(memfd), inode(memfd), "/memfd:a b" + "c".repeat(4000));
        Files.writeString(proc.root.resolve("77/task/77/maps"), before + sought + before);
        assertThat(search(memfd).of(memfd))
                .containsExactly(new FileHolder(QEMU, FileHolder.MAPPED, "qemu"));
    }

    /// As on btrfs and overlayfs.
    @Test
    void aMappingThatShowsAnotherDeviceIsDecidedByItsLink() throws IOException {
        proc.mapping(QEMU, QEMU, "00400000-00401000", "00:ff", inode(memfd));
        assertThat(search(memfd).of(memfd)).as("the link is gone").isEmpty();
        String link = QEMU + "/map_files/400000-401000";
        proc.link(link, other);
        assertThat(search(memfd).of(memfd)).as("another file").isEmpty();
        assertThat(search(memfd).complete()).isTrue();
        Files.delete(proc.root.resolve(link));
        proc.link(link, memfd);
        assertThat(search(memfd).of(memfd)).hasSize(1);
        FileHolders found =
                search(FakeProc.refusing(proc.kernel(), SystemCall.STATX, link, Errno.EPERM), memfd);
        assertThat(found.of(memfd)).isEmpty();
        assertThat(found.complete()).isFalse();
    }

    /// All of them have one inode.
    @Test
    void countersAreToldApartByTheirDescriptions() throws IOException {
        try (OwnedFd one = EventFd.create(0, false, false);
                OwnedFd two = EventFd.create(0, false, false);
                OwnedFd three = EventFd.create(0, false, false);
                OwnedFd alias = one.dup();
                OwnedFd foreign = EventFd.create(0, false, false)) {
            proc.descriptor(QEMU, 5, one);
            proc.descriptor(QEMU, 6, foreign);
            proc.descriptor(1, 7, three);
            FileHolders found = search(one, two, memfd, three, alias);
            assertThat(found.of(one)).containsExactly(new FileHolder(QEMU, 5, "qemu"));
            assertThat(found.of(alias)).isEqualTo(found.of(one));
            assertThat(found.of(two)).isEmpty();
            assertThat(found.of(three)).containsExactly(new FileHolder(1, 7, "init"));
            assertThat(search(two).of(two)).isEmpty();
            assertThat(search(one).of(one)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.ENOSYS})
    void withoutKcmpCountersCannotBeToldApart(int errno) throws IOException {
        Kernel without = Kernels.always(SystemCall.KCMP, -errno);
        try (OwnedFd one = Kernels.through(without, EventFd.create(0, false, false));
                OwnedFd two = Kernels.through(without, EventFd.create(0, false, false))) {
            assertThat(search(without, one, two).complete()).as("nobody has one").isTrue();
            proc.descriptor(QEMU, 5, one);
            proc.descriptor(QEMU, 6, memfd);
            FileHolders found = search(without, one, two, memfd);
            assertThat(found.of(one)).isEmpty();
            assertThat(found.complete()).isFalse();
            assertThat(found.of(memfd)).as("it goes on").hasSize(1);
        }
    }

    @Test
    void aThreadWithATableOfItsOwnIsLookedInto() throws IOException {
        proc.descriptor(QEMU, 5, memfd);
        proc.task(QEMU, THREAD);
        proc.descriptor(QEMU, THREAD, 9, memfd);
        var both = List.of(new FileHolder(QEMU, 5, "qemu"), new FileHolder(QEMU, 9, "qemu"));
        assertThat(search(memfd).of(memfd)).hasSameElementsAs(both);
        Kernel without = Kernels.always(SystemCall.KCMP, -Errno.EPERM);
        assertThat(search(without, memfd).of(memfd)).hasSameElementsAs(both);
    }

    @Test
    void aTableThatThreadsShareIsLookedIntoOnce() throws IOException {
        proc.descriptor(QEMU, 5, memfd);
        proc.task(QEMU, THREAD);
        proc.descriptor(QEMU, THREAD, 5, memfd);
        proc.shareTable(THREAD, QEMU);
        var opened = new AtomicInteger();
        Kernel kernel = proc.kernel();
        search((call, a, b, c, d, e, f) -> {
            opened.addAndGet(call == SystemCall.STATX && FakeProc.path(b).equals("5") ? 1 : 0);
            return kernel.call(call, a, b, c, d, e, f);
        }, memfd);
        assertThat(opened).hasValue(1);
    }

    @Test
    void threadsThatOutliveTheFirstKeepTheMappings() throws IOException {
        proc.task(QEMU, THREAD);
        proc.mapping(QEMU, THREAD, "7f0000000000-7f0000001000", device(memfd), inode(memfd));
        assertThat(search(memfd).of(memfd)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"OPENAT, /fd", "OPENAT, /maps", "OPENAT, /comm", "STATX, 5"})
    void whatMayNotBeSeenLeavesTheSearchIncomplete(SystemCall call, String where) throws IOException {
        proc.descriptor(QEMU, 5, memfd);
        proc.process(78, "next");
        proc.descriptor(78, 6, memfd);
        String path = where.equals("/comm") ? "/77/comm" : where.startsWith("/") ? "/task/77" + where : where;
        FileHolders found = search(FakeProc.refusing(proc.kernel(), call, path, Errno.EACCES), memfd);
        assertThat(found.complete()).isFalse();
        assertThat(found.of(memfd)).as("the others are looked into").contains(new FileHolder(78, 6, "next"));
    }

    @ParameterizedTest
    @CsvSource({"OPENAT, /task", "OPENAT, /task/77/fd", "OPENAT, /task/77/maps", "OPENAT, /comm",
        "STATX, 5"})
    void aProcessThatEndsMeanwhileHoldsNothing(SystemCall call, String where) throws IOException {
        proc.descriptor(QEMU, 5, memfd);
        String path = where.startsWith("/") ? "/77" + where : where;
        for (int errno : new int[]{Errno.ENOENT, Errno.ESRCH}) {
            FileHolders found =
                    search(FakeProc.refusing(proc.kernel(), call, path, errno), memfd);
            assertThat(found.complete()).isTrue();
            assertThat(found.of(memfd)).hasSize(where.endsWith("maps") ? 1 : 0);
        }
    }

    /// From Linux 6.15 on, this is how the mappings of a kernel thread read.
    @Test
    void aProcessWithoutMemoryHasNoMappings() {
        Kernel kernel = proc.kernel();
        FileHolders found = search((call, a, b, c, d, e, f) -> call == SystemCall.READ
                ? -Errno.ESRCH
                : kernel.call(call, a, b, c, d, e, f), memfd);
        assertThat(found.complete()).isTrue();
    }

    @Test
    void outsideOfTheInitialNamespaceOthersCannotBeSeen() throws IOException {
        proc.namespace("pid:[4026532777]");
        assertThat(search(memfd).complete()).isFalse();
    }

    /// As in a /proc mounted with hidepid.
    @Test
    void whereProcessOneIsHiddenSoAreOthers() throws IOException {
        Files.move(proc.root.resolve("1"), proc.root.resolve("2"));
        assertThat(search(memfd).complete()).isFalse();
    }

    @Test
    void aFileThatEverybodyHasOpenIsNotListedToTheEnd() throws IOException {
        for (int number = 0; number <= HolderList.MOST; number++) {
            proc.descriptor(QEMU, number, memfd);
        }
        FileHolders found = search(memfd);
        assertThat(found.of(memfd)).hasSize(HolderList.MOST);
        assertThat(found.complete()).isFalse();
    }

    @Test
    void aProcessCallsItselfWhatItLikes() throws IOException {
        proc.process(78, "a\nb \u001b[31m");
        proc.process(79, "");
        proc.descriptor(78, 5, memfd);
        proc.descriptor(79, 5, memfd);
        assertThat(search(memfd).of(memfd)).extracting(FileHolder::command)
                .containsExactlyInAnyOrder("a\nb \u001b[31m", "");
    }

    @Test
    void aRealChildIsFound(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Process child = new ProcessBuilder("sleep", "60").redirectInput(file.toFile()).start();
        try (OwnedFd fd = OpenFile.open(file.toString(), OpenFlags.RDONLY)) {
            FileHolders found = HolderSearch.of(List.of(fd), List.of());
            assertThat(found.of(fd)).containsExactly(new FileHolder((int) child.pid(), 0, "sleep"));
            child.destroyForcibly().waitFor();
            assertThat(HolderSearch.of(List.of(fd), List.of()).of(fd)).isEmpty();
        } finally {
            child.destroyForcibly();
            child.getInputStream().close();
            child.getErrorStream().close();
        }
    }
}
