package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// From where a handle has its rights, on whose account it works, and when it ends.
@ExtendWith(NothingLeaks.class)
class HandleLifeTest {

    private static final Optional<Set<HandleRight>> ALL = Optional.empty();

    private Desk desk;

    @BeforeEach
    void aBox(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, new MemfdHandler());
        desk.call(ALICE, new Request.CreateBox("b", OptionalInt.of(0750)));
    }

    @AfterEach
    void end() {
        desk.close();
    }

    private static Set<HandleRight> rights(Session session) {
        return ((BoxHandle) session.caller()).rights();
    }

    private void mode(int mode) throws Refused {
        desk.call(ALICE, new Request.SetAccess("b", OptionalInt.empty(), OptionalInt.of(100),
                OptionalInt.of(mode)));
    }

    @Test
    void withoutAWishItHasWhatItsOpenerHas() throws Exception {
        mode(0750);
        assertThat(rights(desk.open(desk.session(ALICE), "b", ALL)))
                .isEqualTo(EnumSet.allOf(HandleRight.class));
        assertThat(rights(desk.open(desk.session(BOB), "b", ALL)))
                .containsExactlyInAnyOrder(HandleRight.LIST, HandleRight.COPY);
        mode(0720);
        assertThat(rights(desk.open(desk.session(BOB), "b", ALL)))
                .containsExactlyInAnyOrder(HandleRight.PUT, HandleRight.TAKE, HandleRight.SEAL);
    }

    @Test
    void whatItsOpenerLacksIsLeftOut() throws Exception {
        mode(0750);
        var wish = Optional.of(Set.of(HandleRight.LIST, HandleRight.TAKE));
        assertThat(rights(desk.open(desk.session(BOB), "b", wish))).containsExactly(HandleRight.LIST);
        assertThatThrownBy(() -> desk.open(desk.session(BOB), "b", Optional.of(Set.of(HandleRight.TAKE))))
                .isInstanceOf(Refused.AccessDenied.class)
                .hasMessageContaining("take");
    }

    /// Somebody else may hold it by then, who never had a right of its own.
    @Test
    void itKeepsTheRightsThatItsOpenerLoses() throws Exception {
        mode(0770);
        Session handle = desk.open(desk.session(BOB), "b", ALL);
        mode(0700);
        assertThatThrownBy(() -> desk.call(BOB, new Request.ListEntries("b")))
                .isInstanceOf(Refused.NoSuchBox.class);
        desk.call(handle, new Request.ListEntries("b"));
    }

    @Test
    void itShowsItsBoxAlone() throws Exception {
        desk.call(ALICE, new Request.CreateBox("another", OptionalInt.of(0777)));
        Session handle = desk.open(desk.session(ALICE), "b", Optional.of(Set.of(HandleRight.PUT)));
        assertThat(((Reply.Boxes) desk.call(handle, new Request.ListBoxes())).boxes())
                .extracting(BoxInfo::name).containsExactly("b");
    }

    @Test
    void whatIsPutThroughItIsItsOpeners() throws Exception {
        mode(0770);
        try (OwnedFd file = Fds.memfd("x")) {
            Session outer = desk.open(desk.session(BOB), "b", ALL);
            Session inner = desk.open(outer, "b", Optional.of(Set.of(HandleRight.PUT)));
            var stored = (Reply.Stored) desk.call(inner, new Request.Put("b", "x", 0, false), file);
            assertThat(stored.entry().putterUid()).isEqualTo(BOB.uid());
            assertThat(inner.uid()).isEqualTo(BOB.uid());
        }
    }

    @Test
    void itEndsWithItsBoxAndReachesNoOtherOfThatName() throws Exception {
        var ended = new AtomicInteger();
        Session handle = desk.open(desk.session(ALICE), "b", ALL);
        Session inner = desk.open(handle, "b", ALL);
        ((BoxHandle) handle.caller()).whenBoxEnds(ended::incrementAndGet);
        ((BoxHandle) inner.caller()).whenBoxEnds(ended::incrementAndGet);
        desk.call(ALICE, new Request.DeleteBox("b"));
        assertThat(ended).hasValue(2);
        desk.call(ALICE, new Request.CreateBox("b", OptionalInt.of(0777)));
        for (Request request : List.of(
                new Request.ListEntries("b"),
                new Request.Get("b", "x", true, false),
                new Request.Seal("b", false),
                new Request.OpenBox("b", ALL))) {
            assertThatThrownBy(() -> desk.call(handle, request)).isInstanceOf(Refused.NoSuchBox.class);
        }
        assertThat(((Reply.Boxes) desk.call(handle, new Request.ListBoxes())).boxes()).isEmpty();
        ((BoxHandle) handle.caller()).whenBoxEnds(ended::incrementAndGet);
        assertThat(ended).as("told at once, and once").hasValue(3);
    }

    @Test
    void whoeverHasLetGoIsNotTold() throws Exception {
        var ended = new AtomicInteger();
        Session handle = desk.open(desk.session(ALICE), "b", ALL);
        ((BoxHandle) handle.caller()).whenBoxEnds(ended::incrementAndGet);
        desk.dispatcher.ended(handle);
        desk.call(ALICE, new Request.DeleteBox("b"));
        assertThat(ended).hasValue(0);
    }

    @Test
    void anAnswerThatNobodyWaitsForEndsIt() throws Exception {
        var ended = new AtomicInteger();
        try (Frame frame = Desk.frame()) {
            var opened =
                    (Answer.Opened) desk.start(desk.session(ALICE), new Request.OpenBox("b", ALL), frame);
            opened.handle().whenBoxEnds(ended::incrementAndGet);
            opened.abandon();
        }
        desk.call(ALICE, new Request.DeleteBox("b"));
        assertThat(ended).hasValue(0);
    }

    @Test
    void asOnewayItChangesNothingAndEndsTheConnection() throws Exception {
        try (Frame frame = Desk.frame()) {
            var call = new Call(new Request.OpenBox("b", ALL), false, true);
            assertThat(desk.dispatcher.dispatch(call, desk.session(ALICE), frame))
                    .isEqualTo(new Answer.End());
        }
    }

    @Test
    void aSealedBoxCanBeOpened() throws Exception {
        desk.call(ALICE, new Request.Seal("b", false));
        Session handle = desk.open(desk.session(ALICE), "b", ALL);
        desk.call(handle, new Request.Unseal("b"));
    }

    @Test
    void itSpeaksTheStoreAlone() throws Exception {
        Session handle = desk.open(desk.session(ROOT), "b", ALL);
        assertThat(((Reply.Info) desk.call(handle, new Request.GetInfo())).interfaces())
                .containsExactly("org.varlink.service", "org.fdbox.Store");
        assertThat(((Reply.Info) desk.call(ROOT, new Request.GetInfo())).interfaces())
                .contains("org.fdbox.Handover");
    }
}
