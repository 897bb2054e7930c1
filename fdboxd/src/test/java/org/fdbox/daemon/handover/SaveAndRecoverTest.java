package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.stream.StreamSupport;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.Survival;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What was sealed and saved is there after the next start, sealed, and what a save leaves out it says.
@ExtendWith(NothingLeaks.class)
class SaveAndRecoverTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");

    private static FdHandler[] builtIn() {
        return StreamSupport.stream(ServiceLoader.load(FdHandler.class).spliterator(), false)
                .toArray(FdHandler[]::new);
    }

    private void box(Desk desk, String name, String... texts) throws Refused {
        var fds = new ArrayList<OwnedFd>();
        for (String text : texts) {
            fds.add(red.make(text));
        }
        desk.box(name, fds.toArray(OwnedFd[]::new));
        fds.forEach(OwnedFd::close);
    }

    @Test
    void aSealedBoxComesBackSealedWithAllItHeld() throws Exception {
        BoxInfo before;
        try (var desk = new Desk(folder, red)) {
            desk.call(ALICE, new Request.CreateBox("b", OptionalInt.of(0750)));
            try (OwnedFd fd = red.make("text")) {
                desk.call(ALICE, new Request.Put("b", "e", 0, false), fd);
            }
            desk.seal("b");
            desk.save();
            before = desk.info("b");
        }
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.info("b")).isEqualTo(before);
            assertThat(desk.text("b", "e")).isEqualTo("text");
            var entry = ((Reply.Entries) desk.call(ROOT, new Request.ListEntries("b"))).entries().getFirst();
            assertThat(entry.putterUid()).isEqualTo(ALICE.uid());
            assertThat(entry.putterPid()).isEqualTo(ALICE.pid());
            assertThat(desk.status().recoveredBoxes()).isEqualTo(1);
            assertThat(desk.status().recoveredEntries()).isEqualTo(1);
            assertThat(desk.status().generation()).isEqualTo(1);
        }
    }

    @Test
    void everySaveReplacesTheOneBeforeWithItsPayloads() throws Exception {
        try (var desk = new Desk(folder, red)) {
            box(desk, "b", "one", "two");
            desk.seal("b");
            desk.save();
            desk.save();
            assertThat(desk.status().generation()).isEqualTo(2);
            try (var files = Files.list(desk.state.root().resolve("payload"))) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("2-1",
                        "2-2");
            }
        }
    }

    @Test
    void theRealHandlersBringTheirKindsBack() throws Exception {
        try (var desk = new Desk(folder, builtIn());
                OwnedFd memfd = Fds.memfd("ram");
                OwnedFd counter = EventFd.create(7, false, false);
                Pipe.Ends pipe = Pipe.create()) {
            Pipe.write(pipe.write(), "waiting".getBytes());
            desk.box("b", memfd, counter, pipe.read(), pipe.write());
            desk.seal("b");
            assertThat(desk.save().leftOut()).contains(List.of());
        }
        try (var desk = new Desk(folder, builtIn())) {
            assertThat(desk.text("b", "a")).isEqualTo("ram");
            desk.unseal("b");
            desk.call(ROOT, Desk.getMany("b", "b", "c", "d"));
            assertThat(EventFd.read(desk.received.get(0))).isEqualTo(7);
            Pipe.write(desk.received.get(2), "!".getBytes());
            assertThat(new String(Pipe.read(desk.received.get(1), 8))).isEqualTo("waiting!");
        }
    }

    @Test
    void unsealedBoxesAndLiveEntriesAreSaidToBeLeftOut() throws Exception {
        var blue = new FakeHandler("blue");
        blue.survival = Survival.LIVE;
        blue.reason = "it is alive";
        try (var desk = new Desk(folder, red, blue); OwnedFd live = blue.make("x");
                OwnedFd saved = red.make("y")) {
            desk.box("sealed", live, saved);
            desk.seal("sealed");
            box(desk, "open", "z");
            var left = desk.save().leftOut().orElseThrow();
            assertThat(left)
                    .extracting(
                            one -> one.box() + one.name().map(n -> "/" + n).orElse("") + ": " + one.reason())
                    .containsExactlyInAnyOrder("sealed/a: it is alive", "open: the box is not sealed");
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.names("sealed")).containsExactly("b");
            assertThat(desk.status().lost()).extracting(Reply.Left::name).containsExactly(Optional.of("a"));
            assertThat(desk.status().lost().getFirst().reason()).contains("it is alive");
        }
    }

    @Test
    void theOrderOfTheEntriesIsKept() throws Exception {
        try (var desk = new Desk(folder, red)) {
            box(desk, "b", "1", "2", "3");
            desk.call(ROOT, new Request.Drop("b", "a"));
            try (OwnedFd fd = red.make("again")) {
                desk.call(ROOT, new Request.Put("b", "a", 0, false), fd);
            }
            desk.seal("b");
            desk.save();
        }
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.names("b")).containsExactly("b", "c", "a");
        }
    }

    @Test
    void aDamagedManifestKeepsTheDaemonFromStarting() throws Exception {
        try (var desk = new Desk(folder, red)) {
            box(desk, "b", "text");
            desk.seal("b");
            desk.save();
        }
        Path file = ManifestFile.in(folder);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> new Desk(folder, red)).isInstanceOf(Malformed.class);
        assertThat(file).hasBinaryContent(bytes);
        assertThat(folder.resolve("state/payload")).isDirectoryContaining("glob:**/1-1");
    }

    @Test
    void aSecondSaveIsRefusedAndTheFirstGoesOn() throws Exception {
        try (var desk = new Desk(folder, red)) {
            box(desk, "b", "text");
            desk.seal("b");
            red.onPreserve = () -> {
                // Another client, meanwhile.
                try {
                    Thread other = Thread.ofPlatform().start(() -> assertThatThrownBy(desk::save)
                            .isInstanceOf(Refused.HandoverInProgress.class));
                    other.join();
                    assertThat(desk.status().state()).isEqualTo("freezing");
                } catch (InterruptedException | Refused unexpected) {
                    throw new AssertionError(unexpected);
                }
            };
            desk.save();
            assertThat(desk.status().state()).isEqualTo("live");
            assertThat(desk.status().generation()).isEqualTo(1);
        }
    }

    @Test
    void aNoticeWaitsForNobodyIfNobodyWatches() throws Exception {
        try (var desk = new Desk(folder, red)) {
            desk.handover.notice().setMost(Duration.ofSeconds(300));
            desk.save();
            assertThat(desk.status().generation()).isEqualTo(1);
        }
    }
}
