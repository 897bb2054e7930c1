package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.dispatch.Watchers;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What systemd carried over a kexec gets back what the kernel lost of it.
@ExtendWith(NothingLeaks.class)
class RepairTest {

    private static final int MIB = 1 << 20;
    private static final Content.Kind KIND =
            new Content.Kind("fdbox,memfd-v1", "memfd", EntryInfo.Survival.CONTENTS, null, false);

    @TempDir
    Path folder;

    /// A sealed box "b": "a" and "c" are one opening of a memfd, for reading, and "d" is another.
    private void save() throws Exception {
        try (var desk = new Desk(folder, new MemfdHandler()); OwnedFd memfd = Memfd.create("ram")) {
            OpenFile.truncate(memfd, 4 * MIB);
            Contents.write(memfd, "data".getBytes(), MIB);
            OpenFile.chmod(memfd, 0640);
            Memfd.addSeals(memfd, List.of("grow"));
            try (OwnedFd reader = OpenFile.reopen(memfd, OpenFlags.RDONLY);
                    OwnedFd appender = OpenFile.reopen(memfd, OpenFlags.RDWR | OpenFlags.APPEND)) {
                desk.box("b", reader, appender, reader);
            }
            desk.seal("b");
            desk.save();
        }
    }

    private void kexec() throws Exception {
        ManifestFile.edit(ManifestFile.in(folder), root -> root.put("bootId", "another boot"));
    }

    private static Entry entry(String name, OwnedFd fd) {
        return new Entry(name, new Content.Held(fd.dup(), KIND), Users.ALICE, 77);
    }

    /// As the kernel leaves it: writable, without a name, seals, or holes.
    private static OwnedFd carried(int size, String text) {
        OwnedFd memfd = Memfd.create("");
        Contents.write(memfd, new byte[size], 0);
        Contents.write(memfd, text.getBytes(), MIB);
        return memfd;
    }

    /// What a recovery makes of it, by entry; each owned by the caller.
    private List<OwnedFd> recover(OwnedFd alive) throws Exception {
        var kexec = new Kexec(Use.OFF, new LiveUpdate(), Holder.NOBODY);
        var watchers = new Watchers();
        InstantSource clock = InstantSource.system();
        Boxes boxes = Boxes.empty(Allowing.entries(10, 10), new DescriptorBudget(1000, 0),
                (held, _, closed) -> {
                    held.fd().close();
                    closed.run();
                }, watchers, clock, Safekeeping.NONE);
        try (var state = StateDirectory.open(folder.resolve("state"), Step.Watcher.NONE)) {
            var registry = new HandlerRegistry(List.of(new MemfdHandler()), List.of(), Set.of());
            var handover = new Handover(registry, state, boxes.seals(), Allowing.entries(10, 10), clock,
                    new Notice(watchers, clock), kexec, "test");
            var box = new LiveBox(new Change.BoxIs("b", new Access(0, 0, 0777), 1, true),
                    List.of(entry("a", alive), entry("b", alive), entry("c", alive)));
            handover.recover(false, List.of(box), 100,
                    new Recheck.Rules(Allowing.entries(10, 10), Desk.DAEMON, false));
            var copies = new ArrayList<OwnedFd>();
            try (Look look = boxes.looks().look(Caller.of(Users.ROOT), "b")) {
                look.entries().stream().flatMap(one -> Stream.of(one.content().descriptor().orElseThrow()))
                        .forEach(fd -> copies.add(fd.dup()));
            }
            boxes.store().delete(Users.ROOT, "b", () -> {});
            return copies;
        }
    }

    private void deletePayloads() throws Exception {
        try (var payloads = Files.list(folder.resolve("state/payload"))) {
            for (Path payload : payloads.toList()) {
                Files.delete(payload);
            }
        }
    }

    private static String data(OwnedFd memfd) {
        try (OwnedFd reader = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
            return new String(Contents.read(reader, MIB, 4));
        }
    }

    @Test
    void itIsAsItWas() throws Exception {
        save();
        kexec();
        deletePayloads();
        try (OwnedFd alive = carried(4 * MIB, "data")) {
            List<OwnedFd> back = recover(alive);
            OwnedFd reader = back.get(0);
            var facts = new FdFacts(reader);
            assertThat(facts.link()).isEqualTo("/memfd:ram (deleted)");
            assertThat(OpenFlags.names(facts.flags())).containsExactly("rdonly");
            assertThat(facts.stat().permissions()).isEqualTo(0640);
            assertThat(facts.stat().allocated()).as("holes").isEqualTo(4096);
            assertThat(Memfd.seals(reader)).containsExactly("grow");
            assertThat(data(reader)).isEqualTo("data");
            assertThat(OpenFlags.names(new FdFacts(back.get(1)).flags())).containsExactly("rdwr", "append");
            assertThat(Stat.of(reader).sameInode(Stat.of(back.get(1)))).isTrue();
            assertThat(Fds.same(reader, back.get(2))).isTrue();
            assertThat(data(alive)).as("systemd's own").isEqualTo("data");
            back.forEach(OwnedFd::close);
        }
    }

    @Test
    void whatIsAliveWinsOverWhatWasSaved() throws Exception {
        save();
        kexec();
        try (OwnedFd alive = carried(4 * MIB, "DATA")) {
            List<OwnedFd> back = recover(alive);
            assertThat(data(back.getFirst())).isEqualTo("DATA");
            assertThat(Memfd.seals(back.getFirst())).containsExactly("grow");
            back.forEach(OwnedFd::close);
        }
    }

    @Test
    void withoutAKexecNothingWasLost() throws Exception {
        save();
        try (OwnedFd alive = carried(4 * MIB, "data")) {
            List<OwnedFd> back = recover(alive);
            assertThat(back).allSatisfy(fd -> assertThat(Fds.same(fd, alive)).isTrue());
            back.forEach(OwnedFd::close);
        }
    }

    /// It is not what was saved any more, and nobody is to get what is older.
    @Test
    void whatHasAnotherSizeStaysAsItIs() throws Exception {
        save();
        kexec();
        try (OwnedFd alive = carried(2 * MIB, "data")) {
            List<OwnedFd> back = recover(alive);
            assertThat(back).allSatisfy(fd -> assertThat(Fds.same(fd, alive)).isTrue());
            back.forEach(OwnedFd::close);
        }
    }
}
