package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Events;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.dispatch.Watchers;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Installed;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.protocol.Request;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A live successor knows what was saved without restoring it, and goes on saving it.
@ExtendWith(NothingLeaks.class)
class FollowTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    /// A saved box "b" with "a" (red) and "b" (blue), and one that nobody knows.
    @BeforeEach
    void save() throws Exception {
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            desk.box("b", r, b);
            desk.seal("b");
            desk.save();
        }
        ManifestFile.edit(ManifestFile.in(folder),
                root -> ManifestFile.addBox(root, ManifestFile.strangeBox("strange")));
    }

    /// Another process that shares the state directory of a desk.
    private final class Successor implements AutoCloseable {
        private final StateDirectory state;
        private final Boxes boxes;
        private final Handover handover;

        private Successor(Desk first) throws Exception {
            state = StateDirectory.adopt(folder.resolve("state"), first.state.lock().dup(),
                    Step.Watcher.NONE);
            InstantSource clock = InstantSource.system();
            boxes = Boxes.empty(Allowing.entries(10, 100), new DescriptorBudget(10_000, 0),
                    (held, _, closed) -> {
                        held.fd().close();
                        closed.run();
                    }, Events.NONE, clock, Safekeeping.NONE);
            var handlers =
                    new HandlerRegistry(List.of(red), HandlerRegistry.unholdableOnClassPath(), Set.of());
            handover = new Handover(handlers, state, boxes.seals(), Allowing.entries(10, 100), clock,
                    new Notice(new Watchers(), clock),
                    new Kexec(Use.OFF, new LiveUpdate(), Holder.NOBODY), "test");
            try (Exclusive _ = first.handover.exclusively()) {
                handover.follow(sent(first.handover.recovered()));
            }
        }

        private void install(Desk first) throws Malformed {
            try (Stock stock = first.boxes.inventory().look(() -> {})) {
                for (Stock.Stocked box : stock.boxes()) {
                    var entries = new ArrayList<Entry>();
                    for (Entry entry : box.entries()) {
                        OwnedFd fd = entry.content().descriptor().map(OwnedFd::dup).orElse(null);
                        entries.add(Nodes.entry(Nodes.of(box.box().box(), entry), fd, Set.of()));
                    }
                    Installed.box(boxes.inventory(), box.box(), entries);
                }
            }
        }

        @Override
        public void close() {
            try (Stock stock = boxes.inventory().look(() -> {})) {
                stock.boxes().forEach(box -> box.entries()
                        .forEach(entry -> entry.content().descriptor().ifPresent(OwnedFd::close)));
            }
            state.close();
        }
    }

    private static Recovered sent(Recovered recovered) throws Malformed {
        return Recovered.of(Json.readObject(Json.write(recovered.node())));
    }

    private Map<String, String> files() throws Exception {
        var files = new TreeMap<String, String>();
        try (var paths = Files.walk(folder.resolve("state"))) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(path.toString(), Files.readString(path));
            }
        }
        return files;
    }

    @Test
    void whatTheLastStartFoundIsTheSame() throws Exception {
        var recovered = new Recovered(3, 7,
                List.of(new Left("b", Optional.of("e"), Optional.of("k"), "gone"),
                        new Left("b", Optional.empty(), Optional.empty(), "gone too")),
                Set.of("one", "two"));
        assertThat(sent(recovered)).isEqualTo(recovered);
        assertThat(sent(Recovered.NOTHING)).isEqualTo(Recovered.NOTHING);
        Map<String, Object> node = recovered.node();
        node.remove("carried");
        assertThatThrownBy(() -> Recovered.of(node)).isInstanceOf(Malformed.class);
    }

    @Test
    void theSuccessorSaysWhatTheFirstSaysAndChangesNothing() throws Exception {
        try (var first = new Desk(folder, red)) {
            Map<String, String> before = files();
            try (var second = new Successor(first)) {
                second.install(first);
                assertThat(second.handover.status()).isEqualTo(first.handover.status());
                assertThat(second.handover.status().recoveredEntries()).isEqualTo(1);
                assertThat(second.handover.status().pending()).hasSize(2);
                assertThatThrownBy(() -> second.boxes.store().create(ROOT, "strange", 0700))
                        .isInstanceOf(Refused.BoxExists.class);
            }
            assertThat(files()).isEqualTo(before);
        }
    }

    @Test
    void whatIsFinishedMeanwhileIsFinishedForTheSuccessorToo() throws Exception {
        try (var first = new Desk(folder, red)) {
            // Of another handover, and the first one's to remove.
            Path stale = Files.createFile(folder.resolve("state/finished/0-b"));
            try (var second = new Successor(first)) {
                first.call(ROOT, new Request.Drop("b", "b"));
                Map<String, String> before = files();
                assertThat(second.handover.journal().isFinished("b", "b")).isFalse();
                second.handover.followMarks();
                assertThat(second.handover.journal().isFinished("b", "b")).isTrue();
                assertThat(second.handover.journal().isFinished("b", "a")).isFalse();
                assertThat(files()).isEqualTo(before);
                assertThat(stale).exists();
            }
        }
    }

    @Test
    void theNextSaveHasAllOfIt() throws Exception {
        var first = new Desk(folder, red);
        try (var second = new Successor(first)) {
            second.install(first);
            first.close();
            second.state.removePartials();
            second.handover.save(Optional.empty(), _ -> {});
            Map<String, Object> root = ManifestFile.read(ManifestFile.in(folder));
            assertThat(root).containsEntry("generation", 2L);
            assertThat(ManifestFile.box(root, "strange")).containsEntry("colour", List.of("blue", 7L));
            assertThat(ManifestFile.entry(root, "b", "b")).containsEntry("compatible", "test,blue-v1");
        }
        try (var next = new Desk(folder, red, blue)) {
            assertThat(next.names("b")).containsExactly("a", "b");
            assertThat(next.status().pending()).hasSize(1);
        }
    }

    @Test
    void nobodySavesWhileSomebodyHasItAlone() throws Exception {
        try (var desk = new Desk(folder, red); var threads = Executors.newSingleThreadExecutor()) {
            Exclusive alone = desk.handover.exclusively();
            assertThatThrownBy(desk.handover::exclusively).isInstanceOf(Refused.HandoverInProgress.class);
            assertThatThrownBy(() -> desk.handover.save(Optional.empty(), _ -> {}))
                    .isInstanceOf(Refused.HandoverInProgress.class);
            var started = new CountDownLatch(1);
            var last = threads.submit(() -> {
                try (Notice.Plan plan = desk.handover.notice().plan()) {
                    started.countDown();
                    return desk.handover.saveAtEnd(plan, _ -> {});
                }
            });
            started.await();
            desk.handover.setPhase(Phase.OFFERED);
            assertThat(desk.handover.status().state()).isEqualTo("offered");
            assertThat(last.isDone()).isFalse();
            desk.handover.setPhase(Phase.LIVE);
            // Whoever closes it need not be who opened it, and may do so twice.
            Thread.ofPlatform().start(alone::close).join();
            alone.close();
            assertThat(last.get().failedBoxes()).isZero();
            assertThat(desk.handover.status().state()).isEqualTo("live");
            desk.handover.exclusively().close();
        }
    }
}
