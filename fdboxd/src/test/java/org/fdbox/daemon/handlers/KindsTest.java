package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.HugePages;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Stat;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Kinds whose handlers do more than ask for an inode go through a daemon's put, seal, save and recovery, with real payload files.
@ExtendWith(NothingLeaks.class)
class KindsTest {

    private static FdHandler[] builtIn() {
        return ServiceLoader.load(FdHandler.class).stream().map(ServiceLoader.Provider::get)
                .toArray(FdHandler[]::new);
    }

    private static List<EntryInfo> entries(Desk desk) throws Exception {
        return ((Reply.Entries) desk.call(ROOT, new Request.ListEntries("b"))).entries();
    }

    private static void putSaveAndForget(Path state, OwnedFd... descriptors) throws Exception {
        try (var desk = new Desk(state, builtIn())) {
            desk.box("b", descriptors);
            desk.seal("b");
            assertThat(desk.save().leftOut().orElseThrow()).isEmpty();
        } finally {
            List.of(descriptors).forEach(OwnedFd::close);
        }
    }

    @Test
    void theyComeBack(@TempDir Path state, @TempDir Path temporary) throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "root puts them");
        Path folder = temporary.toRealPath();
        Path file = Files.writeString(folder.resolve("file"), "unlinked");
        OwnedFd unlinked = OpenFile.open(file.toString(), OpenFlags.RDWR);
        Files.delete(file);
        String fifo = Nodes.fifo(folder.resolve("fifo")).toString();
        OwnedFd reader = OpenFile.open(fifo, OpenFlags.RDONLY | OpenFlags.NONBLOCK);
        OwnedFd writer = OpenFile.open(fifo, OpenFlags.WRONLY);
        Pipe.write(writer, "waiting".getBytes());
        OwnedFd place = OpenFile.open(folder.toString(), OpenFlags.PATH);
        OwnedFd namespace = OpenFile.open("/proc/self/ns/uts", OpenFlags.RDONLY);
        long inode = Stat.of(namespace).inode();
        putSaveAndForget(state, unlinked, reader, writer, place, namespace);
        var back = new ArrayList<OwnedFd>();
        try (var desk = new Desk(state, builtIn())) {
            assertThat(entries(desk)).extracting(EntryInfo::kind)
                    .containsExactly("unlinked-file", "fifo", "fifo", "path", "namespace");
            assertThat(entries(desk)).extracting(EntryInfo::state).containsOnly(EntryInfo.State.HELD);
            for (String name : List.of("a", "b", "c", "d", "e")) {
                back.add(desk.peek("b", name).orElseThrow());
            }
            assertThat(Fds.text(back.get(0))).isEqualTo("unlinked");
            Pipe.write(back.get(2), ", more".getBytes());
            assertThat(Pipe.read(back.get(1), 13)).asString().isEqualTo("waiting, more");
            assertThat(new FdFacts(back.get(3)).link()).isEqualTo(folder.toString());
            assertThat(Stat.of(back.get(4)).inode()).isEqualTo(inode);
        } finally {
            back.forEach(OwnedFd::close);
        }
    }

    @Test
    void hugePagesComeBackAlsoHolesWithoutAPool(@TempDir Path state) throws Exception {
        assumeTrue(!HugePages.sizes().isEmpty(), "this kernel has no huge pages");
        long pageSize = HugePages.sizes().getFirst();
        boolean room = HugePages.free(pageSize) > 0;
        OwnedFd huge = HugePages.memfd("huge", pageSize);
        OpenFile.truncate(huge, 2 * pageSize);
        if (room) {
            try (OwnedFd writable = HugePages.writable(huge, pageSize)) {
                Contents.write(writable, "huge".getBytes(), pageSize - 2);
            }
        }
        putSaveAndForget(state, huge);
        try (var desk = new Desk(state, builtIn()); OwnedFd back = desk.peek("b", "a").orElseThrow()) {
            assertThat(entries(desk)).extracting(EntryInfo::kind).containsExactly("hugetlb-memfd");
            assertThat(HugePages.pageSize(back)).hasValue(pageSize);
            assertThat(Stat.of(back).size()).isEqualTo(2 * pageSize);
            assertThat(Contents.read(back, pageSize - 2, 4))
                    .isEqualTo(room ? "huge".getBytes() : new byte[4]);
        }
    }
}
