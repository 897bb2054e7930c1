package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Programs that become handlers, are asked for what waits, and answer.
@ExtendWith(NothingLeaks.class)
class LateHandlersTest {

    private static final PeerCredentials DAEMON = new PeerCredentials(77, Desk.DAEMON, Desk.DAEMON, Set.of());

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    @BeforeEach
    void save() throws Exception {
        LateProgram.save(folder, red);
    }

    private static EntryInfo entry(Desk desk, String name) throws Refused {
        return ((Reply.Entries) desk.call(ROOT, new Request.ListEntries("b"))).entries().stream()
                .filter(entry -> entry.name().equals(name)).findFirst().orElseThrow();
    }

    private void restore(Desk desk, String text) throws Exception {
        try (LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make(text)) {
            desk.call(ROOT, LateProgram.restored(asked.id()), made);
        }
    }

    private String manifest() throws Exception {
        return Files.readString(folder.resolve("state/handover.json"));
    }

    @Test
    void itGetsEverythingThatWasSaved() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next()) {
            assertThat(asked.wanted().box()).isEqualTo("b");
            assertThat(asked.wanted().name()).isEqualTo("b");
            assertThat(asked.wanted().properties()).isEqualTo(Map.of("by", "blue"));
            assertThat(asked.id()).matches("[0-9a-f]{32}");
            OwnedFd payload = asked.payload().orElseThrow();
            assertThat(OpenFile.position(payload)).isZero();
            assertThat(Fds.text(payload)).isEqualTo("b");
            assertThatThrownBy(() -> Contents.write(payload, new byte[1], 0))
                    .isInstanceOf(SystemCallException.class);
            assertThat(program.isAsked()).isFalse();
        }
    }

    @Test
    void whatItMakesIsHeldInTheSealedBox() throws Exception {
        try (var desk = new Desk(folder, red)) {
            restore(desk, "made");
            assertThat(desk.text("b", "b")).isEqualTo("made");
            EntryInfo entry = entry(desk, "b");
            assertThat(entry.state()).isEqualTo(State.HELD);
            assertThat(entry.compatible()).isEqualTo(LateProgram.BLUE);
            assertThat(entry.kind()).isEqualTo("red");
            assertThat(entry.survival()).isEqualTo(Survival.CONTENTS);
            assertThat(desk.info("b").sealed()).isTrue();
            assertThat(desk.info("b").pending()).isZero();
            assertThat(desk.names("b")).containsExactly("a", "b");
            desk.unseal("b");
            desk.call(ROOT, new Request.Get("b", "b", false, false));
        }
    }

    @Test
    void savesStillWriteItAsItWasForAsLongAsItsBoxStaysSealed() throws Exception {
        String node =
                manifest().replaceAll(".*(\\{\"name\":\"b\",\"compatible\":\"test,blue.*?\\}\\}).*", "$1")
                        .strip();
        for (int life = 0; life < 2; life++) {
            try (var desk = new Desk(folder, red)) {
                restore(desk, "made");
                assertThat(desk.save().leftOut().orElseThrow()).isEmpty();
                assertThat(manifest()).contains(node);
            }
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("b", "b")).isEqualTo("b");
        }
    }

    @Test
    void onceItsBoxWasUnsealedItIsLive() throws Exception {
        try (var desk = new Desk(folder, red)) {
            restore(desk, "made");
            desk.unseal("b");
            assertThat(entry(desk, "b").survival()).isEqualTo(Survival.LIVE);
            desk.seal("b");
            assertThat(desk.save().leftOut().orElseThrow()).extracting(left -> left.name().orElseThrow())
                    .containsExactly("b");
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.names("b")).containsExactly("a");
            assertThat(desk.status().lost()).hasSize(1);
        }
    }

    @Test
    void intoABoxThatWasUnsealedMeanwhileItComesLiveAndItsSaveIsFinishedWith() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make("made")) {
            desk.unseal("b");
            desk.call(ROOT, LateProgram.restored(asked.id()), made);
            assertThat(entry(desk, "b").survival()).isEqualTo(Survival.LIVE);
            desk.call(ROOT, new Request.Get("b", "b", false, false));
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).isEmpty();
        }
    }

    @Test
    void anErrorLeavesItPendingAndTheNextHandlerIsAskedAgain() throws Exception {
        try (var desk = new Desk(folder, red)) {
            try (LateProgram program = LateProgram.register(desk); LateProgram.Asked asked = program.next()) {
                desk.call(ROOT, LateProgram.failed(asked.id(), "no tape in the drive"));
                assertThat(desk.status().pending()).singleElement()
                        .satisfies(left -> assertThat(left.reason()).isEqualTo("no tape in the drive"));
                assertThat(entry(desk, "b").state()).isEqualTo(State.PENDING);
            }
            restore(desk, "made");
            assertThat(desk.text("b", "b")).isEqualTo("made");
        }
    }

    @Test
    void aSaveUnderWayIsWaitedFor() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make("made")) {
            var restoring = new FutureTask<>(() -> desk.call(ROOT, LateProgram.restored(asked.id()), made));
            Thread waiting = Thread.ofPlatform().unstarted(restoring);
            try (Frozen frozen = desk.boxes.seals().freeze()) {
                waiting.start();
                Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
                assertThat(frozen.sealed()).hasSize(1);
                assertThat(desk.info("b").pending()).isEqualTo(1);
            }
            restoring.get();
            assertThat(desk.text("b", "b")).isEqualTo("made");
        }
    }

    @Test
    void aFewAtATime() throws Exception {
        save(20);
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                OwnedFd made = red.make("made")) {
            String first = null;
            for (int i = 0; i < 16; i++) {
                try (LateProgram.Asked asked = program.next()) {
                    first = asked.id();
                }
            }
            assertThat(program.isAsked()).isFalse();
            desk.call(ROOT, LateProgram.restored(first), made);
            for (int i = 16; i < 20; i++) {
                try (LateProgram.Asked asked = program.next()) {
                    desk.call(ROOT, LateProgram.failed(asked.id(), "enough"));
                }
            }
            assertThat(desk.info("many").pending()).isEqualTo(19);
        }
    }

    private void save(int count) throws Exception {
        try (var desk = new Desk(folder.resolve("many"), red, blue)) {
            desk.call(ROOT, new Request.CreateBox("many", OptionalInt.empty()));
            for (int i = 0; i < count; i++) {
                try (OwnedFd fd = blue.make("b" + i)) {
                    desk.call(ROOT, new Request.Put("many", "e" + i, 0, false), fd);
                }
            }
            desk.seal("many");
            desk.save();
        }
        folder = folder.resolve("many");
    }
}
