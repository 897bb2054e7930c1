package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Two names for one open file come back as one, in one box or in two, and never as anybody else's.
@ExtendWith(NothingLeaks.class)
class AliasTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    private Desk next() throws Exception {
        return new Desk(folder, red, blue);
    }

    private static boolean same(Desk desk, String box, String name, String otherBox, String otherName)
            throws Refused {
        try (OwnedFd one = desk.peek(box, name).orElseThrow();
                OwnedFd other = desk.peek(otherBox, otherName).orElseThrow()) {
            return Fds.same(one, other);
        }
    }

    private static Reply.Left onlyPending(Desk desk) throws Refused {
        assertThat(desk.status().pending()).hasSize(1);
        return desk.status().pending().getFirst();
    }

    /// Boxes "one" and "two", whose entries "a" are the same open file.
    private void saveShared() throws Exception {
        try (Desk desk = next(); OwnedFd fd = red.make("shared"); OwnedFd other = blue.make("other")) {
            desk.box("one", fd);
            desk.box("two", fd, other);
            desk.seal("one");
            desk.seal("two");
            desk.save();
        }
    }

    @Test
    void inOneBox() throws Exception {
        try (Desk desk = next(); OwnedFd one = red.make("1"); OwnedFd two = red.make("1")) {
            desk.box("b", one, two, one);
            desk.seal("b");
            desk.save();
            assertThat(folder.resolve("state/payload")).isDirectoryNotContaining("glob:**/1-3");
        }
        try (Desk desk = next()) {
            assertThat(same(desk, "b", "a", "b", "c")).isTrue();
            assertThat(same(desk, "b", "a", "b", "b")).isFalse();
        }
    }

    @Test
    void acrossBoxesAndAgainInTheNextLife() throws Exception {
        saveShared();
        for (int life = 0; life < 2; life++) {
            try (Desk desk = next()) {
                assertThat(same(desk, "one", "a", "two", "a")).isTrue();
                desk.save();
            }
        }
    }

    @Test
    void anAliasOfWhatWasHandedOutIsPendingWithTheReason() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            desk.unseal("one");
        }
        try (Desk desk = next()) {
            assertThat(onlyPending(desk).box()).isEqualTo("two");
            assertThat(onlyPending(desk).reason()).contains("unsealed");
            assertThat(desk.peek("two", "a")).isEmpty();
            assertThat(desk.text("two", "b")).isEqualTo("other");
        }
    }

    @Test
    void anAliasOfWhatWasHandedOutStaysPendingThroughEveryLaterSave() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            desk.unseal("one");
        }
        for (int life = 0; life < 3; life++) {
            try (Desk desk = next()) {
                assertThat(onlyPending(desk).name()).contains("a");
                desk.save();
            }
        }
    }

    @Test
    void aNewEntryOfTheOldNameIsNotTheOldFile() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            desk.unseal("one");
        }
        try (Desk desk = next(); OwnedFd secret = red.make("another user's")) {
            desk.box("one", secret);
            desk.seal("one");
            desk.save();
        }
        try (Desk desk = next()) {
            assertThat(desk.peek("two", "a")).isEmpty();
            assertThat(desk.text("one", "a")).isEqualTo("another user's");
        }
    }

    @Test
    void aBoxWhoseEarlierSaveIsKeptIsNotTiedToNewEntriesOfOtherBoxes() throws Exception {
        saveShared();
        try (Desk desk = next(); OwnedFd secret = red.make("another user's")) {
            desk.unseal("one");
            desk.call(ROOT, new Request.Put("one", "a", 0, true), secret);
            desk.seal("one");
            blue.onPreserve = FakeHandler.refusing("busy");
            desk.save();
        }
        blue.onPreserve = FakeHandler.FINE;
        try (Desk desk = next()) {
            assertThat(desk.text("one", "a")).isEqualTo("another user's");
            assertThat(desk.text("two", "b")).isEqualTo("other");
            try (OwnedFd left = desk.peek("two", "a").orElse(null)) {
                assertThat(left == null ? "" : Fds.text(left)).isNotEqualTo("another user's");
            }
        }
    }

    @Test
    void aBoxWhoseEarlierSaveIsKeptDoesNotNeedTheBoxOfItsOriginal() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            blue.onPreserve = FakeHandler.refusing("busy");
            desk.call(ROOT, new Request.DeleteBox("one"));
            desk.save();
        }
        blue.onPreserve = FakeHandler.FINE;
        try (Desk desk = next()) {
            assertThat(desk.names("two")).containsExactly("a", "b");
            assertThat(desk.status().lost()).isEmpty();
        }
    }

    @Test
    void aliasesOfAPendingEntryArePendingAndComeBackTogether() throws Exception {
        saveShared();
        try (var desk = new Desk(folder, blue)) {
            assertThat(desk.status().pending()).hasSize(2);
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("one", "a", 0, true)))
                    .isInstanceOf(Refused.BoxSealed.class);
            desk.save();
        }
        try (Desk desk = next()) {
            assertThat(desk.status().pending()).isEmpty();
            assertThat(same(desk, "one", "a", "two", "a")).isTrue();
        }
    }

    @Test
    void deletingASealedBoxLeavesTheAliasesInOthers() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            desk.call(ROOT, new Request.DeleteBox("one"));
        }
        try (Desk desk = next()) {
            assertThat(desk.status().pending()).isEmpty();
            assertThat(desk.text("two", "a")).isEqualTo("shared");
        }
    }

    @Test
    void deletingAnUnsealedBoxDoesNotBringBackWhatWasHandedOut() throws Exception {
        saveShared();
        try (Desk desk = next()) {
            desk.unseal("one");
            desk.call(ROOT, new Request.DeleteBox("one"));
        }
        try (Desk desk = next()) {
            assertThat(onlyPending(desk).reason()).contains("unsealed");
        }
    }

    @Test
    void droppingAPendingEntryLeavesItsAliases() throws Exception {
        saveShared();
        try (var desk = new Desk(folder, blue)) {
            desk.call(ROOT, new Request.Drop("one", "a"));
        }
        try (Desk desk = next()) {
            assertThat(desk.status().pending()).isEmpty();
            assertThat(desk.text("two", "a")).isEqualTo("shared");
        }
    }

    @Test
    void droppingAPendingEntryDoesNotGiveItsAliasToItsSuccessor() throws Exception {
        saveShared();
        try (var desk = new Desk(folder, blue); OwnedFd secret = blue.make("another user's")) {
            desk.call(ROOT, new Request.Drop("one", "a"));
            desk.unseal("one");
            desk.call(ROOT, new Request.Put("one", "a", 0, false), secret);
            desk.seal("one");
            desk.save();
        }
        try (Desk desk = next()) {
            assertThat(desk.text("one", "a")).isEqualTo("another user's");
            try (OwnedFd alias = desk.peek("two", "a").orElse(null)) {
                assertThat(alias == null ? "shared" : Fds.text(alias)).isEqualTo("shared");
            }
        }
    }
}
