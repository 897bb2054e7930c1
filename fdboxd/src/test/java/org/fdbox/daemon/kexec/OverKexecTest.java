package org.fdbox.daemon.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Whole saves and recoveries with a kexec in between.
@ExtendWith(NothingLeaks.class)
class OverKexecTest {

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void start() {
        machine = new Machine(folder);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static final int MIB = 1 << 20;

    @Test
    void memoryComesBackFromTheKernelAlone() throws Exception {
        machine.save("one", "two");
        machine.deletePayloads();
        machine.requireBack("one", "two");
    }

    @Test
    void whatTheKernelLosesIsPutBackFromTheManifest() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd memfd = Memfd.create("ram")) {
            OpenFile.truncate(memfd, 8 * MIB);
            Contents.write(memfd, "data".getBytes(), 5 * MIB);
            OpenFile.chmod(memfd, 0640);
            Memfd.addSeals(memfd, List.of("grow", "shrink"));
            try (OwnedFd reader = OpenFile.reopen(memfd, OpenFlags.RDONLY | OpenFlags.APPEND)) {
                OpenFile.seek(reader, 12345);
                desk.box("b", reader);
            }
            desk.seal("b");
            desk.save();
            assertThat(Stat.of(memfd).allocated()).as("holes are filled").isEqualTo(8 * MIB);
            machine.kernel.kexec();
        }
        machine.deletePayloads();
        try (Desk desk = machine.desk(); OwnedFd back = desk.peek("b", "a").orElseThrow()) {
            var facts = new FdFacts(back);
            assertThat(facts.link()).isEqualTo("/memfd:ram (deleted)");
            assertThat(OpenFlags.names(facts.flags())).containsExactly("rdonly", "append");
            assertThat(facts.stat().permissions()).isEqualTo(0640);
            assertThat(Memfd.seals(back)).containsExactly("shrink", "grow");
            assertThat(OpenFile.position(back)).isEqualTo(12345);
            assertThat(facts.stat().size()).isEqualTo(8 * MIB);
            assertThat(facts.stat().allocated()).as("holes").isEqualTo(4096);
            try (OwnedFd reader = OpenFile.reopen(back, OpenFlags.RDONLY)) {
                assertThat(new String(Contents.read(reader, 5 * MIB, 4))).isEqualTo("data");
            }
        }
    }

    @Test
    void openingsOfOneInodeArePreservedOnceAndComeBackAsSuch() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd memfd = Fds.memfd("shared");
                OwnedFd reader = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
            desk.box("b", memfd, reader, memfd);
            desk.seal("b");
            desk.save();
            assertThat(machine.kernel.preserved().values()).containsExactly(1);
            machine.kernel.kexec();
        }
        machine.deletePayloads();
        try (Desk desk = machine.desk(); OwnedFd one = desk.peek("b", "a").orElseThrow();
                OwnedFd two = desk.peek("b", "b").orElseThrow();
                OwnedFd three = desk.peek("b", "c").orElseThrow()) {
            assertThat(Stat.of(one).sameInode(Stat.of(two))).isTrue();
            assertThat(Fds.same(one, three)).isTrue();
            assertThat(Fds.text(two)).isEqualTo("shared");
        }
    }

    @Test
    void whatWasWrittenAfterTheSaveIsNotUsed() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "as saved");
            desk.save();
            machine.kernel.scribble("XX".getBytes());
            machine.kernel.kexec();
        }
        machine.requireBack("as saved");
    }

    @Test
    void whatIsPreservedStaysSoInTheNextSave() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one");
            desk.save();
            Map<String, Integer> first = machine.kernel.preserved();
            desk.save();
            assertThat(machine.kernel.preserved()).isEqualTo(first);
            machine.kernel.kexec();
        }
        machine.deletePayloads();
        machine.requireBack("one");
    }

    @Test
    void aSaveElsewherePreservesNothingAndLeavesWhatIs() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one");
            desk.save();
            desk.save(folder.resolve("elsewhere"));
            assertThat(machine.kernel.preserved()).hasSize(1);
            machine.kernel.kexec();
        }
        machine.deletePayloads();
        machine.requireBack("one");
    }

    @Test
    void whatIsUnsealedIsAsAnyOtherFileAgain() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd other = Fds.memfd("other")) {
            Machine.fill(desk, "one");
            desk.box("c", other);
            desk.seal("c");
            desk.save();
            assertThat(machine.kernel.preserved().values()).containsExactly(2);
            desk.unseal("b");
            assertThat(machine.kernel.preserved()).isEmpty();
            machine.kernel.kexec();
        }
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("c", "a")).isEqualTo("other");
            assertThat(desk.status().recoveredBoxes()).isEqualTo(1);
        }
    }

    @Test
    void aBoxWithoutMemoryIsUnsealedAndTheRestStays() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one");
            desk.box("empty");
            desk.seal("empty");
            desk.save();
            desk.unseal("empty");
            assertThat(machine.kernel.preserved()).hasSize(1);
        }
    }

    @Test
    void whatNobodyTakesIsLetGoOf() throws Exception {
        machine.save("one");
        try (Desk desk = machine.deskWithout()) {
            assertThat(desk.status().pending()).hasSize(1);
            assertThat(machine.kernel.left()).isEmpty();
        }
        machine.requireBack("one");
    }

    @Test
    void whatIsNotSealedIsLost() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd memfd = Fds.memfd("open")) {
            Machine.fill(desk, "one");
            desk.box("c", memfd);
            assertThat(desk.save().leftOut().orElseThrow()).extracting(Reply.Left::box).containsExactly("c");
            assertThat(machine.kernel.preserved().values()).containsExactly(1);
            machine.kernel.kexec();
        }
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("b", "a")).isEqualTo("one");
            assertThat(desk.status().recoveredBoxes()).isEqualTo(1);
        }
    }

    /// What this version wrote for a kernel without a session, or for another's, is read by any.
    @Test
    void whereTheKernelIsNotUsedTheFilesAreRead() throws Exception {
        machine.save("one");
        machine.use = Use.OFF;
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("b", "a")).isEqualTo("one");
        }
    }
}
