package org.fdbox.daemon.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A save by way of copies that were made ahead holds what the files hold at the save, and copies do not outlive their entries.
@ExtendWith(NothingLeaks.class)
class PrepareTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Desk next() throws Exception {
        return new Desk(folder, new MemfdHandler());
    }

    private static Reply.Prepared prepare(Desk desk) throws Refused {
        return (Reply.Prepared) desk.call(Users.ROOT, new Request.Prepare("b"));
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder.resolve("state/payload"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Object inode(String file) throws IOException {
        return Files.getAttribute(folder.resolve("state/payload").resolve(file), "unix:ino");
    }

    private void requireSaved(byte[] expected) throws Exception {
        try (Desk desk = next(); OwnedFd back = desk.peek("b", "a").orElseThrow()) {
            assertThat(Contents.read(back, 0, expected.length)).isEqualTo(expected);
        }
    }

    @Test
    void theSaveFindsWhatChangedSince() throws Exception {
        var bytes = new byte[9 * MIB];
        new Random(3).nextBytes(bytes);
        try (Desk desk = next(); OwnedFd memfd = Memfd.create("ram")) {
            Contents.write(memfd, bytes, 0);
            desk.box("b", memfd);
            assertThat(prepare(desk).bytesDone()).isEqualTo(bytes.length);
            Object copy = inode("prepared-1.partial");
            for (int at : new int[]{0, 5 * MIB + 17, bytes.length - 1}) {
                bytes[at] ^= 1;
                Contents.write(memfd, new byte[]{bytes[at]}, at);
            }
            assertThat(prepare(desk).bytesDone()).isEqualTo(bytes.length);
            bytes[7] ^= 1;
            Contents.write(memfd, new byte[]{bytes[7]}, 7);
            desk.seal("b");
            desk.save();
            assertThat(files()).containsExactly("1-1");
            assertThat(inode("1-1")).isEqualTo(copy);
        }
        requireSaved(bytes);
    }

    @Test
    void aFileThatGrewOrShrankIsSavedAsItIs() throws Exception {
        for (int size : new int[]{3, 3 * MIB}) {
            try (Desk desk = next(); OwnedFd memfd = Fds.memfd("0123456789")) {
                desk.box("b", memfd);
                prepare(desk);
                OpenFile.truncate(memfd, size);
                desk.seal("b");
                desk.save();
                desk.unseal("b");
            }
            try (Desk desk = next()) {
                assertThat(desk.status().recoveredBoxes()).isZero();
            }
        }
        try (Desk desk = next(); OwnedFd memfd = Fds.memfd("0123456789")) {
            desk.box("b", memfd);
            prepare(desk);
            OpenFile.truncate(memfd, 3);
            desk.seal("b");
            desk.save();
        }
        requireSaved("012".getBytes(UTF_8));
    }

    @Test
    void copiesGoWithTheirEntries() throws Exception {
        try (Desk desk = next(); OwnedFd one = Fds.memfd("one"); OwnedFd two = Fds.memfd("two")) {
            desk.box("b", one, two);
            prepare(desk);
            assertThat(files()).containsExactly("prepared-1.partial", "prepared-2.partial");
            desk.call(Users.ROOT, new Request.Get("b", "a", false, false));
            assertThat(files()).containsExactly("prepared-2.partial");
            desk.call(Users.ROOT, new Request.DeleteBox("b"));
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void oneFileUnderTwoNamesIsCopiedOnce() throws Exception {
        try (Desk desk = next(); OwnedFd memfd = Fds.memfd("shared")) {
            desk.box("b", memfd, memfd);
            assertThat(prepare(desk).bytesDone()).isEqualTo(6);
            assertThat(files()).containsExactly("prepared-1.partial");
        }
    }

    @Test
    void aSaveThatFailsLeavesTheCopiesForTheNext() throws Exception {
        try (Desk desk = next(); OwnedFd memfd = Fds.memfd("contents")) {
            desk.box("b", memfd);
            prepare(desk);
            desk.seal("b");
            Path obstacle = Files.createDirectories(folder.resolve("state/handover.json.partial/x"));
            assertThatThrownBy(desk::save).isInstanceOf(Refused.HandoverFailed.class);
            assertThat(files()).containsExactly("prepared-1.partial");
            Files.delete(obstacle);
            desk.save();
            assertThat(files()).hasSize(1).doesNotContain("prepared-1.partial");
        }
        requireSaved("contents".getBytes(UTF_8));
    }

    /// A payload that a manifest names must never be brought up to date in its place.
    @Test
    void aBoxThatFailsDoesNotGiveBackTheCopiesOfTheOthers() throws Exception {
        var red = new FakeHandler("red");
        try (Desk desk = new Desk(folder, red, new MemfdHandler());
                OwnedFd memfd = Fds.memfd("contents");
                OwnedFd failing = red.make("x")) {
            desk.box("b", memfd);
            desk.box("c", failing);
            prepare(desk);
            desk.seal("b");
            desk.seal("c");
            red.onPreserve = FakeHandler.refusing("no");
            assertThat(desk.save().leftOut().orElseThrow()).hasSize(1);
            assertThat(files()).containsExactly("1-1");
            Contents.write(memfd, "CONTENTS".getBytes(UTF_8), 0);
            desk.unseal("b");
            prepare(desk);
            assertThat(Files.readString(folder.resolve("state/payload/1-1"))).isEqualTo("contents");
            assertThat(Files.readString(folder.resolve("state/payload/prepared-2.partial")))
                    .isEqualTo("CONTENTS");
        }
    }

    @Test
    void aSealedBoxIsNotPrepared() throws Exception {
        try (Desk desk = next(); OwnedFd memfd = Fds.memfd("contents")) {
            desk.box("b", memfd);
            desk.seal("b");
            assertThatThrownBy(() -> prepare(desk)).isInstanceOf(Refused.BoxSealed.class);
            assertThatThrownBy(() -> desk.call(Users.EVE, new Request.Prepare("c")))
                    .isInstanceOf(Refused.NoSuchBox.class);
        }
    }

    @Test
    void copiesOfAnEarlierLifeAreRemovedAtTheStart() throws Exception {
        try (Desk _ = next()) {
            Files.writeString(folder.resolve("state/payload/prepared-1.partial"), "old");
        }
        try (Desk _ = next()) {
            assertThat(files()).isEmpty();
        }
    }
}
