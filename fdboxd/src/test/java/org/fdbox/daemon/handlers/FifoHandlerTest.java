package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Member;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A FIFO is opened again by its path, with what waited in it, and without waiting for anybody.
@ExtendWith(NothingLeaks.class)
class FifoHandlerTest {

    private final FifoHandler handler = new FifoHandler();
    private final Restoring restoring = new Restoring();
    private final List<OwnedFd> open = new ArrayList<>();
    private Path folder;
    private Path path;

    @BeforeEach
    void make(@TempDir Path temporary) throws Exception {
        folder = temporary.toRealPath();
        path = Nodes.fifo(folder.resolve("fifo"));
    }

    @AfterEach
    void close() {
        open.forEach(OwnedFd::close);
        restoring.close();
    }

    private OwnedFd kept(OwnedFd fd) {
        open.add(fd);
        return fd;
    }

    private OwnedFd end(int flags) {
        return kept(OpenFile.open(path.toString(), flags | OpenFlags.NONBLOCK));
    }

    private void closeAll() {
        open.forEach(OwnedFd::close);
    }

    private OwnedFd back(Saved saved) throws Exception {
        return kept(restoring.restore(handler, saved));
    }

    private Prospect examine(OwnedFd fd) {
        return handler.examine(fd, new FdFacts(fd), SELF);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothEndsInEitherOrder(boolean readFirst) throws Exception {
        OwnedFd read = end(OpenFlags.RDONLY);
        OwnedFd write = end(OpenFlags.WRONLY);
        Pipe.write(write, "waiting".getBytes());
        Saved readEnd = restoring.preserve(handler, read);
        Saved writeEnd = restoring.preserve(handler, write);
        assertThat(Pipe.waiting(read)).as("saving consumes nothing").isEqualTo(7);
        closeAll();
        OwnedFd first = back(readFirst ? readEnd : writeEnd);
        OwnedFd second = back(readFirst ? writeEnd : readEnd);
        restoring.close();
        Pipe.write(readFirst ? second : first, ", more".getBytes());
        assertThat(Pipe.read(readFirst ? first : second, 13)).asString().isEqualTo("waiting, more");
    }

    @Test
    void oneDescriptorForBothDirections() throws Exception {
        OwnedFd both = end(OpenFlags.RDWR);
        Pipe.setCapacity(both, 1 << 18);
        Pipe.write(both, "waiting".getBytes());
        assertThat(examine(both)).isEqualTo(Prospect.of(Survival.CONTENTS));
        Saved saved = restoring.preserve(handler, both);
        var before = handler.describe(both);
        closeAll();
        OwnedFd back = back(saved);
        assertThat(handler.describe(back)).isEqualTo(before);
        assertThat(Pipe.read(back, 7)).asString().isEqualTo("waiting");
    }

    @Test
    void anEndThatWritesComesBackAloneAlsoIfNobodyReads() throws Exception {
        OwnedFd read = end(OpenFlags.RDONLY);
        OwnedFd write = end(OpenFlags.WRONLY);
        read.close();
        assertThat(examine(write)).isEqualTo(Prospect.of(Survival.REOPEN));
        var alone = new Member("w", handler.compatible(), write);
        handler.seal(alone, List.of(alone));
        Saved saved = restoring.preserve(handler, write);
        closeAll();
        OwnedFd back = back(saved);
        restoring.close();
        OwnedFd reader = end(OpenFlags.RDONLY);
        Pipe.write(back, "x".getBytes());
        assertThat(Pipe.read(reader, 1)).asString().isEqualTo("x");
    }

    @Test
    void aFullOneIsPutBackWhole() throws Exception {
        OwnedFd both = end(OpenFlags.RDWR);
        int capacity = (int) Pipe.capacity(both);
        Pipe.write(both, new byte[capacity]);
        Saved saved = restoring.preserve(handler, both);
        closeAll();
        assertThat(Pipe.waiting(back(saved))).isEqualTo(capacity);
    }

    @ParameterizedTest
    @ValueSource(ints = {OpenFlags.RDONLY, OpenFlags.WRONLY, OpenFlags.RDWR})
    void whatSomebodyElseHasOpenKeepsItsOwnBytes(int others) throws Exception {
        OwnedFd mine = end(OpenFlags.RDWR);
        OwnedFd theirs = kept(OpenFile.open(path.toString(), others | OpenFlags.NONBLOCK));
        Pipe.write(mine, "read meanwhile".getBytes());
        Saved saved = restoring.preserve(handler, mine);
        Pipe.read(mine, 14);
        mine.close();
        OwnedFd back = back(saved);
        assertThat(Pipe.waiting(back)).isZero();
        assertThat(theirs.isOpen()).isTrue();
    }

    @Test
    void whatStillWaitsIsNotDoubled() throws Exception {
        OwnedFd read = end(OpenFlags.RDONLY);
        OwnedFd theirs = end(OpenFlags.WRONLY);
        Pipe.write(theirs, "waiting".getBytes());
        Saved saved = restoring.preserve(handler, read);
        read.close();
        assertThat(Pipe.waiting(back(saved))).isEqualTo(7);
    }

    @Test
    void aFifoThatIsGoneOrAnotherOneIsRefused() throws Exception {
        OwnedFd both = end(OpenFlags.RDWR);
        Saved saved = restoring.preserve(handler, both);
        Files.move(path, folder.resolve("aside"));
        assertThatThrownBy(() -> restoring.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
        Nodes.fifo(path);
        assertThatThrownBy(() -> restoring.restore(handler, saved)).hasMessageContaining("another file");
        Files.delete(folder.resolve("aside"));
        assertThat(examine(both).survival()).isEqualTo(Survival.LIVE);
        assertThat(examine(both).reason().orElseThrow()).contains("deleted");
    }

    @Test
    void propertiesThatCannotBeAreRefusedAndLeaveNothingOpen() throws Exception {
        OwnedFd both = end(OpenFlags.RDWR);
        Pipe.write(both, "x".getBytes());
        Saved saved = restoring.preserve(handler, both);
        closeAll();
        Path file = Files.writeString(folder.resolve("file"), "x");
        Saved regular;
        try (OwnedFd place = OpenFile.open(file.toString(), OpenFlags.PATH)) {
            regular = new Saved(NamedInode.identity(place, new FdFacts(place)), saved.payload())
                    .with("flags", List.of("rdwr"));
        }
        for (Saved bad : List.of(
                saved.with("capacity", -1L), saved.with("capacity", 0xffffffffL), saved.without("path"),
                saved.with("flags", List.of("x")), saved.without("flags"), regular)) {
            assertThatThrownBy(() -> restoring.restore(handler, bad))
                    .as(bad.properties().toString())
                    .isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void onlyWithThePuttersRights() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can look with another user's eyes");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw----r--"));
        OwnedFd read = end(OpenFlags.RDONLY);
        OwnedFd write = end(OpenFlags.WRONLY);
        assertThat(handler.examine(read, new FdFacts(read), ALICE).survival()).isEqualTo(Survival.CONTENTS);
        assertThat(handler.examine(write, new FdFacts(write), ALICE).survival()).isEqualTo(Survival.LIVE);
        try (var asAlice = new Restoring(ALICE)) {
            Saved mayRead = asAlice.preserve(handler, read);
            Saved mayNotWrite = asAlice.preserve(handler, write);
            closeAll();
            kept(asAlice.restore(handler, mayRead));
            assertThatThrownBy(() -> asAlice.restore(handler, mayNotWrite))
                    .isInstanceOf(HandlerRefusal.class);
        }
    }
}
