package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Old contents of what was handed out, deleted or dropped never come back, whenever the daemon dies.
@ExtendWith(NothingLeaks.class)
class FinishedTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    /// A saved box "b" with "a" (red) and "b" (blue), another "other".
    @BeforeEach
    void save() throws Exception {
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            desk.box("b", r, b);
            desk.box("other", r);
            desk.call(ROOT, new Request.CreateBox("empty", OptionalInt.empty()));
            desk.seal("b");
            desk.seal("empty");
            desk.save();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unseal", "delete", "unsealAndSealAgain"})
    void aBoxThatWasOpenedIsGoneAfterADeath(String how) throws Exception {
        try (var desk = new Desk(folder, red, blue)) {
            if (how.equals("delete")) {
                desk.call(ROOT, new Request.DeleteBox("b"));
            } else {
                desk.unseal("b");
            }
            if (how.equals("unsealAndSealAgain")) {
                desk.seal("b");
            }
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting(BoxInfo::name)
                    .containsExactly("empty");
            assertThat(desk.status().pending()).isEmpty();
        }
    }

    @Test
    void aBoxThatWasSavedAgainIsBack() throws Exception {
        try (var desk = new Desk(folder, red, blue)) {
            desk.unseal("b");
            desk.call(ROOT, new Request.Drop("b", "b"));
            desk.seal("b");
            desk.save();
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.names("b")).containsExactly("a");
        }
    }

    @Test
    void whatWasOpenedIsNoPartOfTheNextSave() throws Exception {
        try (var desk = new Desk(folder, red, blue)) {
            desk.unseal("b");
            desk.save();
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting(BoxInfo::name)
                    .containsExactly("empty");
        }
    }

    @Test
    void aPendingEntryOutlivesTheOpeningOfItsBoxAndADeath() throws Exception {
        try (var desk = new Desk(folder, red)) {
            desk.unseal("b");
            assertThat(desk.names("b")).containsExactly("a", "b");
        }
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.names("b")).containsExactly("b");
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.names("b")).containsExactly("b");
            assertThat(desk.text("b", "b")).isEqualTo("b");
        }
    }

    @Test
    void aPendingEntryThatWasDroppedIsGoneAfterADeath() throws Exception {
        try (var desk = new Desk(folder, red)) {
            desk.call(ROOT, new Request.Drop("b", "b"));
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.names("b")).containsExactly("a");
            assertThat(desk.text("b", "a")).isEqualTo("r");
        }
    }

    @Test
    void aNewBoxOfTheNameOfADeletedOneIsNotTakenForIt() throws Exception {
        try (var desk = new Desk(folder, red, blue); OwnedFd fd = red.make("new")) {
            desk.call(ROOT, new Request.DeleteBox("b"));
            desk.box("b", fd);
            desk.seal("b");
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting(BoxInfo::name)
                    .containsExactly("empty");
        }
    }
}
