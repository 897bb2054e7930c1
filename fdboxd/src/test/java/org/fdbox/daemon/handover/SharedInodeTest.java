package org.fdbox.daemon.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Several openings of one inode come back as several openings of one inode, its contents saved once.
@ExtendWith(NothingLeaks.class)
class SharedInodeTest {

    @TempDir
    Path folder;

    private Desk next() throws Exception {
        return new Desk(folder, new MemfdHandler());
    }

    /// Boxes "one" and "two": "a" of both is one memfd, opened twice; "b" of "one" is its second opening as well.
    private void saveShared() throws Exception {
        try (Desk desk = next();
                OwnedFd memfd = Fds.memfd("shared contents");
                OwnedFd reader = OpenFile.reopen(memfd, OpenFlags.RDONLY | OpenFlags.APPEND)) {
            Memfd.addSeals(memfd, List.of("grow"));
            OpenFile.seek(memfd, 3);
            OpenFile.seek(reader, 7);
            desk.box("one", memfd, reader);
            desk.box("two", reader);
            desk.seal("one");
            desk.seal("two");
            desk.save();
            try (var payloads = Files.list(folder.resolve("state/payload"))) {
                assertThat(payloads).hasSize(1);
            }
        }
    }

    private static void requireShared(Desk desk) throws Refused {
        try (OwnedFd one = desk.peek("one", "a").orElseThrow();
                OwnedFd reader = desk.peek("one", "b").orElseThrow();
                OwnedFd again = desk.peek("two", "a").orElseThrow()) {
            assertThat(Stat.of(one).sameInode(Stat.of(reader))).isTrue();
            assertThat(Fds.same(one, reader)).isFalse();
            assertThat(Fds.same(reader, again)).isTrue();
            assertThat(OpenFile.position(one)).isEqualTo(3);
            assertThat(OpenFile.position(reader)).isEqualTo(7);
            assertThat(OpenFlags.names(new FdFacts(reader).flags())).containsExactly("rdonly", "append");
            assertThat(Memfd.seals(reader)).containsExactly("grow");
            Contents.write(one, "S".getBytes(UTF_8), 0);
            assertThat(Fds.text(reader)).isEqualTo("Shared contents");
            Contents.write(one, "s".getBytes(UTF_8), 0);
        }
    }

    @Test
    void inOneBoxAndAcrossBoxesAndInTheNextLife() throws Exception {
        saveShared();
        for (int life = 0; life < 2; life++) {
            try (Desk desk = next()) {
                requireShared(desk);
                desk.save();
            }
        }
    }

    @Test
    void whatIsLeftOfItIsPendingOnceAnotherOpeningWasHandedOut() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            desk.unseal("two");
        }
        try (Desk desk = next()) {
            assertThat(desk.peek("one", "a")).isEmpty();
            assertThat(desk.peek("one", "b")).isEmpty();
            assertThat(desk.status().pending()).hasSize(2)
                    .allSatisfy(left -> assertThat(left.reason()).contains("unsealed"));
        }
    }

    @Test
    void anOpeningWhoseBoxWasDeletedDoesNotTakeThePayloadAlong() throws Exception {
        saveShared();
        var none = new FakeHandler("other");
        try (Desk desk = new Desk(folder, none)) {
            assertThat(desk.status().pending()).hasSize(3);
            desk.save();
        }
        try (Desk desk = next()) {
            requireShared(desk);
        }
    }
}
