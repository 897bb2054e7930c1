package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Of two names for one open file, one is held again and the other waits for want of descriptor numbers. Saves in between do
/// not tear them apart.
@ExtendWith(NothingLeaks.class)
class TiedAliasTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");

    /// Boxes "one" and "two", whose entries "a" are the same open file.
    @BeforeEach
    void saveShared() throws Exception {
        try (Desk desk = full(); OwnedFd fd = red.make("shared")) {
            desk.box("one", fd);
            desk.box("two", fd);
            desk.seal("one");
            desk.seal("two");
            desk.save();
        }
    }

    private Desk full() throws Exception {
        return new Desk(folder, red);
    }

    /// A daemon with room for one descriptor: "one" has it, and "two" waits.
    private Desk tight() throws Exception {
        var desk = new Desk(folder, false, 1, red);
        assertThat(desk.info("one").pending()).isZero();
        assertThat(desk.info("two").pending()).isEqualTo(1);
        return desk;
    }

    private static void assertOneFile(Desk desk) throws Exception {
        try (OwnedFd one = desk.peek("one", "a").orElseThrow();
                OwnedFd two = desk.peek("two", "a").orElseThrow()) {
            assertThat(Fds.same(one, two)).isTrue();
            assertThat(Fds.text(two)).isEqualTo("shared");
        }
    }

    private static void assertSpent(Desk desk) throws Exception {
        assertThat(desk.peek("two", "a")).isEmpty();
        assertThat(desk.status().pending()).singleElement()
                .satisfies(left -> assertThat(left.reason()).contains("unsealed"));
    }

    @Test
    void theyComeBackAsOneAfterEverySave() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (Desk desk = tight()) {
                desk.save();
                desk.save();
            }
        }
        try (Desk desk = full()) {
            assertOneFile(desk);
            desk.save();
        }
        try (Desk desk = full()) {
            assertOneFile(desk);
        }
    }

    @Test
    void whatIsHeldIsTheNewerOfTheTwo() throws Exception {
        try (Desk desk = tight(); OwnedFd held = desk.peek("one", "a").orElseThrow()) {
            Contents.write(held, "SHARED".getBytes(StandardCharsets.UTF_8), 0);
            desk.save();
        }
        try (Desk desk = full()) {
            assertThat(desk.text("one", "a")).isEqualTo("SHARED");
            assertThat(desk.text("two", "a")).isEqualTo("SHARED");
        }
    }

    @Test
    void whatWasHandedOutAfterThatSaveDoesNotComeBackOld() throws Exception {
        try (Desk desk = tight()) {
            desk.save();
            desk.unseal("one");
        }
        for (int life = 0; life < 3; life++) {
            try (Desk desk = full()) {
                assertSpent(desk);
                desk.save();
            }
        }
    }

    @Test
    void whatWasHandedOutBeforeASaveDoesNotComeBackOld() throws Exception {
        try (Desk desk = tight()) {
            desk.unseal("one");
            desk.save();
        }
        try (Desk desk = full()) {
            assertSpent(desk);
        }
    }

    @Test
    void whatWasHandedOutDoesNotComeBackOldFromAnotherDirectory() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        try (Desk desk = tight()) {
            desk.unseal("one");
            desk.save(there.resolve("state"));
        }
        try (var desk = new Desk(there, red)) {
            assertSpent(desk);
        }
    }

    @Test
    void theyComeBackAsOneFromAnotherDirectory() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        try (Desk desk = tight()) {
            desk.save(there.resolve("state"));
        }
        try (var desk = new Desk(there, red)) {
            assertOneFile(desk);
        }
    }

    @Test
    void whatWaitsOutlivesTheOther() throws Exception {
        try (Desk desk = tight()) {
            desk.save();
            desk.call(ROOT, new Request.DeleteBox("one"));
            desk.save();
        }
        try (Desk desk = full()) {
            assertThat(desk.text("two", "a")).isEqualTo("shared");
        }
    }

    @Test
    void droppingWhatWaitsLeavesTheOther() throws Exception {
        try (Desk desk = tight()) {
            desk.save();
            desk.call(ROOT, new Request.Drop("two", "a"));
        }
        try (Desk desk = full()) {
            assertThat(desk.status().pending()).isEmpty();
            assertThat(desk.text("one", "a")).isEqualTo("shared");
        }
    }

    @Test
    void openingsOfOneInodeStayOpeningsOfOneInode() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        var memfd = new MemfdHandler();
        try (var desk = new Desk(other, memfd);
                OwnedFd one = red.make("contents");
                OwnedFd two = OpenFile.reopen(one, OpenFlags.RDONLY)) {
            desk.box("one", one);
            desk.box("two", two);
            desk.seal("one");
            desk.seal("two");
            desk.save();
        }
        try (var desk = new Desk(other, false, 1, memfd)) {
            assertThat(desk.info("two").pending()).isEqualTo(1);
            desk.save();
        }
        try (var desk = new Desk(other, memfd);
                OwnedFd one = desk.peek("one", "a").orElseThrow();
                OwnedFd two = desk.peek("two", "a").orElseThrow()) {
            assertThat(Stat.of(one).inode()).isEqualTo(Stat.of(two).inode());
            assertThat(Fds.same(one, two)).isFalse();
        }
    }
}
