package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What waits under several names is one open file for whoever makes it again, and comes back as one or not at all.
@ExtendWith(NothingLeaks.class)
class LateAliasTest {

    private static final String BLUE = "test,blue-v1";

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    /// Boxes "one" and "two", whose entries "a" are the same open file.
    @BeforeEach
    void saveShared() throws Exception {
        try (var desk = new Desk(folder, blue); OwnedFd fd = blue.make("shared")) {
            desk.box("one", fd);
            desk.box("two", fd);
            desk.seal("one");
            desk.seal("two");
            desk.save();
        }
    }

    private static void assertOneFile(Desk desk) throws Exception {
        try (OwnedFd one = desk.peek("one", "a").orElseThrow();
                OwnedFd two = desk.peek("two", "a").orElseThrow()) {
            assertThat(Fds.same(one, two)).isTrue();
        }
    }

    @Test
    void aRegisteredHandlerIsAskedOnce() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk, desk.session(ROOT), BLUE);
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make("made")) {
            assertThat(program.isAsked()).isFalse();
            desk.call(ROOT, new Request.Restored(asked.id(), OptionalInt.of(0), Optional.empty()), made);
            assertOneFile(desk);
            desk.save();
        }
        try (var desk = new Desk(folder, blue)) {
            assertOneFile(desk);
        }
    }

    @Test
    void whatWasHandedOutUnderAnotherNameIsOfferedToNobody() throws Exception {
        try (var desk = new Desk(folder, blue)) {
            desk.unseal("one");
        }
        for (int life = 0; life < 2; life++) {
            try (var desk = new Desk(folder, red);
                    LateProgram program = LateProgram.register(desk, desk.session(ROOT), BLUE)) {
                assertThat(desk.info("two").pending()).isEqualTo(1);
                assertThat(program.isAsked()).isFalse();
                desk.save();
            }
        }
        try (var desk = new Desk(folder, blue)) {
            desk.unseal("two");
            assertThat(desk.info("two").pending()).isEqualTo(1);
        }
    }

    @Test
    void anUnsealThatTriesAgainBringsBackBoth() throws Exception {
        blue.onRestore = FakeHandler.refusing("not yet");
        try (var desk = new Desk(folder, blue)) {
            blue.onRestore = FakeHandler.FINE;
            desk.unseal("one");
            assertOneFile(desk);
            assertThat(desk.info("two").sealed()).isTrue();
        }
    }

    @Test
    void whatIsGoneUnderAnotherNameIsOfferedToNobody() throws Exception {
        try (var desk = new Desk(folder, red)) {
            desk.call(ROOT, new Request.Drop("one", "a"));
            try (LateProgram program = LateProgram.register(desk, desk.session(ROOT), BLUE)) {
                assertThat(program.isAsked()).isFalse();
            }
        }
    }

    /// A crash would else lose what is finished with and was never held.
    @Test
    void allNamesAreFinishedWithAtOnceOrNone() throws Exception {
        var finished = new ArrayList<Map<String, List<String>>>();
        var cause = new Refused.HandoverInProgress();
        try (var desk = new Desk(folder, red); OwnedFd made = red.make("made")) {
            desk.unseal("one");
            desk.unseal("two");
            assertThatThrownBy(() -> desk.boxes.pendings().hold(0, desk.boxes.pendings().all(), made,
                    new Content.Kind(BLUE, "blue", Survival.LIVE, "", false), false, entries -> {
                        finished.add(entries);
                        throw cause;
                    })).isSameAs(cause);
            assertThat(finished).containsExactly(Map.of("one", List.of("a"), "two", List.of("a")));
            assertThat(desk.info("one").pending()).isEqualTo(1);
            assertThat(desk.info("two").pending()).isEqualTo(1);
            assertThat(made.isOpen()).isTrue();
        }
    }
}
