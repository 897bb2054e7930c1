package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Holder;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A box is sealed exclusively only if nobody else has one of its files open; who has is named. This process is
/// the daemon here, so what the test holds itself does not count.
@ExtendWith(NothingLeaks.class)
class ExclusiveSealTest {

    private static final int SELF = (int) ProcessHandle.current().pid();

    private final FakeHandler red = new FakeHandler("red");
    private OwnedFd fd;
    private Desk desk;

    @BeforeEach
    void aBoxOfTwo(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        fd = red.make("x");
        try (OwnedFd first = red.make("first")) {
            desk.box("b", first, fd, fd);
        }
    }

    @AfterEach
    void close() {
        desk.close();
        fd.close();
    }

    private Reply.Sealed seal() throws Refused {
        return (Reply.Sealed) desk.call(ROOT, new Request.Seal("b", true));
    }

    private ThrowableAssertAlternative<Refused.FdBusy> assertBusy() {
        return assertThatExceptionOfType(Refused.FdBusy.class).isThrownBy(this::seal);
    }

    private Reply.HoldersFound holders(String name) throws Refused {
        return (Reply.HoldersFound) desk.call(ROOT, new Request.Holders("b", name));
    }

    /// A process whose standard input is the file of a descriptor. Ended by the caller.
    private static Process holding(OwnedFd fd) throws IOException {
        Path path = Path.of("/proc/self/fd/" + fd.number());
        return new ProcessBuilder("sleep", "60").redirectInput(path.toFile()).start();
    }

    private static void end(Process child) throws Exception {
        child.destroyForcibly().waitFor();
        child.getInputStream().close();
        child.getErrorStream().close();
    }

    @Test
    void aBoxThatNobodyElseUsesIsSealed() throws Exception {
        assertThat(seal().complete()).isPresent();
        assertThat(desk.info("b").sealed()).isTrue();
        assertThat(red.calls).containsExactly("seal a", "seal b", "seal c");
    }

    @Test
    void withoutExclusiveNothingIsSearched() throws Exception {
        desk.box("other", fd);
        assertThat(((Reply.Sealed) desk.call(ROOT, new Request.Seal("b", false))).complete()).isEmpty();
    }

    /// A reader who does not read yet has it soon.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyOnItsWayCounts(boolean arrives) throws Exception {
        Parcel copy;
        try (Frame none = Desk.frame()) {
            var answer = (Answer.Final) desk.start(desk.session(ROOT), new Request.Get("b", "b", true, false),
                    none);
            copy = answer.handout().orElseThrow();
        }
        assertThatExceptionOfType(Refused.FdLeased.class).isThrownBy(this::seal)
                .satisfies(leased -> assertThat(leased.parameters()).containsEntry("name", "b"));
        assertThat(desk.info("b").sealed()).isFalse();
        if (arrives) {
            copy.sent();
        } else {
            copy.failed();
        }
        seal();
    }

    @Test
    void anotherProcessIsNamedAndTheBoxIsAsItWas() throws Exception {
        Process child = holding(fd);
        try {
            assertBusy().satisfies(busy -> {
                assertThat(busy.parameters()).containsEntry("box", "b").containsEntry("name", "b");
                assertThat(busy.found().holders()).containsExactly(new Holder((int) child.pid(), 0, "sleep"));
            });
            assertThat(red.calls).as("nobody was asked").isEmpty();
            assertThat(desk.info("b").sealed()).isFalse();
            desk.call(ROOT, new Request.Put("b", "later", 0, false), fd);
        } finally {
            end(child);
        }
        seal();
    }

    @Test
    void anotherBoxCountsAsTheDaemon() throws Exception {
        desk.box("other", fd);
        assertBusy().satisfies(busy -> {
            assertThat(busy.parameters()).containsEntry("name", "b");
            assertThat(busy.found().holders()).extracting(Holder::pid).containsExactly(SELF);
        });
        assertThat(holders("b").holders()).as("Holders is about other processes").isEmpty();
        desk.call(ROOT, new Request.Drop("other", "a"));
        seal();
    }

    @Test
    void aHandlersRefusalIsUndoneAsEver() {
        red.onSeal = Map.of("c", FakeHandler.refusing("not yet"));
        assertThatThrownBy(this::seal).isInstanceOf(Refused.HandlerRefused.class);
        assertThat(red.calls).containsExactly("seal a", "seal b", "seal c", "unseal b", "unseal a");
        assertThat(desk.info("b").sealed()).isFalse();
    }

    @Test
    void theStateIsToldBeforeAnybodySearches() throws Exception {
        desk.box("other", fd);
        Session session = desk.session(ROOT);
        desk.call(session, new Request.Get("b", "a", false, true));
        assertThatThrownBy(this::seal).isInstanceOf(Refused.FdLeased.class);
        desk.dispatcher.ended(session);
        desk.seal("b");
        assertThatThrownBy(this::seal).isInstanceOf(Refused.BoxSealed.class);
    }

    @Test
    void everyChangeIsRefusedWhileItIsSearched() throws Exception {
        try (Frame frame = Desk.frame()) {
            var sealing = (Answer.Later) desk.start(desk.session(ROOT), new Request.Seal("b", true), frame);
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Drop("b", "a")))
                    .isInstanceOf(Refused.BoxSealed.class);
            desk.finish(sealing.work().get());
        }
        assertThat(desk.info("b").sealed()).isTrue();
    }

    @Test
    void holdersTellsOfASealedBoxToo() throws Exception {
        Process child = holding(fd);
        try {
            var expected = new Holder((int) child.pid(), 0, "sleep");
            assertThat(holders("c").holders()).containsExactly(expected);
            assertThat(holders("a").holders()).isEmpty();
            desk.seal("b");
            assertThat(holders("c").holders()).containsExactly(expected);
        } finally {
            end(child);
        }
        assertThat(holders("c").holders()).isEmpty();
    }

    @Test
    void holdersIsForThoseWhoMayList() throws Exception {
        desk.call(ROOT, new Request.SetAccess("b", OptionalInt.empty(), OptionalInt.of(ALICE.gid()),
                OptionalInt.of(0740)));
        desk.call(ALICE, new Request.Holders("b", "a"));
        assertThatThrownBy(() -> desk.call(ALICE, new Request.Holders("b", "nothing")))
                .isInstanceOf(Refused.NoSuchFd.class);
        assertThatThrownBy(() -> desk.call(EVE, new Request.Holders("b", "a")))
                .isInstanceOf(Refused.NoSuchBox.class);
        desk.call(ROOT, new Request.SetAccess("b", OptionalInt.empty(), OptionalInt.empty(),
                OptionalInt.of(0703)));
        assertThatThrownBy(() -> desk.call(EVE, new Request.Holders("b", "nothing")))
                .isInstanceOf(Refused.AccessDenied.class);
    }

    @Test
    void anAbandonedSearchLetsGo() throws Exception {
        try (Frame frame = Desk.frame()) {
            var asking = (Answer.Later) desk.start(desk.session(ROOT), new Request.Holders("b", "a"), frame);
            desk.call(ROOT, new Request.Drop("b", "a"));
            asking.work().abandon();
        }
    }
}
