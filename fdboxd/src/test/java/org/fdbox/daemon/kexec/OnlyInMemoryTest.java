package org.fdbox.daemon.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Errno;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Contents that go with the kernel alone, since the user said so.
@ExtendWith(NothingLeaks.class)
class OnlyInMemoryTest {

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void start() {
        machine = new Machine(folder);
        machine.use = Use.ONLY;
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private List<Path> payloads() throws Exception {
        try (var payloads = Files.list(folder.resolve("state/payload"))) {
            return payloads.toList();
        }
    }

    @Test
    void nothingIsWrittenUntilItIsBack() throws Exception {
        machine.save("one", "two");
        assertThat(payloads()).isEmpty();
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("b", "b")).isEqualTo("two");
            desk.save();
            assertThat(payloads()).as("what only this process had").hasSize(2);
            desk.save();
            assertThat(payloads()).isEmpty();
        }
    }

    @Test
    void theFirstSaveAfterARecoveryOutlivesAColdBoot() throws Exception {
        machine.save("one");
        try (Desk desk = machine.desk()) {
            desk.save();
            machine.kernel.kill();
        }
        machine.requireBack("one");
    }

    @Test
    void aColdBootLosesItAndSaysSo() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one");
            desk.save();
            machine.kernel.kill();
        }
        for (int life = 0; life < 2; life++) {
            try (Desk desk = machine.desk()) {
                assertThat(desk.status().pending()).extracting(Reply.Left::reason).singleElement().asString()
                        .contains("in the kernel's hands alone");
                desk.save();
            }
        }
        try (Desk desk = machine.desk()) {
            desk.call(Users.ROOT, new Request.Drop("b", "a"));
            assertThat(desk.status().pending()).isEmpty();
        }
    }

    @Test
    void whatTheKernelRefusesIsInAFile() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one", "two");
            machine.kernel.fail(FakeLiveUpdate.PRESERVE_FD, Errno.EBUSY);
            desk.save();
            assertThat(payloads()).hasSize(1);
            machine.kernel.kexec();
        }
        machine.requireBack("one", "two");
    }

    @Test
    void withoutTheDeviceAllIsInFiles() throws Exception {
        machine.kernel.fail(FakeLiveUpdate.OPEN, Errno.EACCES);
        machine.save("one", "two");
        assertThat(payloads()).hasSize(2);
        machine.requireBack("one", "two");
    }

    @Test
    void whatWasWrittenAfterTheSaveIsAllThereIs() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "as saved");
            desk.save();
            machine.kernel.scribble("XX".getBytes());
            machine.kernel.kexec();
        }
        machine.requireBack("XX saved");
    }

    @Test
    void openingsOfOneInodeComeBackAsSuch() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd memfd = Fds.memfd("shared");
                OwnedFd reader = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
            desk.box("b", memfd, reader);
            desk.seal("b");
            desk.save();
            machine.kernel.kexec();
        }
        try (Desk desk = machine.desk(); OwnedFd one = desk.peek("b", "a").orElseThrow();
                OwnedFd two = desk.peek("b", "b").orElseThrow()) {
            assertThat(Stat.of(one).sameInode(Stat.of(two))).isTrue();
            assertThat(Fds.text(two)).isEqualTo("shared");
        }
    }

    /// What is preserved stays so while the next save goes on, so a kexec finds it, whichever manifest is there.
    @ParameterizedTest
    @EnumSource(value = Step.class, names = {"FROZEN", "MANIFEST_WRITTEN", "MANIFEST_DURABLE",
        "MANIFEST_MOVED", "HANDOVER_DURABLE", "JOURNAL_FOLLOWED", "PAYLOADS_SWEPT"})
    void aKexecMayComeAtEachStepOfASecondSave(Step step, @TempDir Path there) throws Exception {
        boolean[] armed = {false};
        try (Desk desk = machine.desk(reached -> {
            if (armed[0] && reached == step) {
                armed[0] = false;
                Machine.copyState(folder, there);
                machine.kernel.kexec();
            }
        })) {
            Machine.fill(desk, "one", "two");
            desk.save();
            armed[0] = true;
            desk.save();
            assertThat(armed[0]).as("the step was reached").isFalse();
        }
        try (Desk desk = machine.desk(there, Step.Watcher.NONE)) {
            assertThat(desk.text("b", "a")).isEqualTo("one");
            assertThat(desk.text("b", "b")).isEqualTo("two");
        }
    }

    /// The kernel keeps it no longer than the recovery.
    @Test
    void whatMustWaitWaitsInAFile() throws Exception {
        machine.save("one", "two");
        for (int life = 0; life < 2; life++) {
            try (Desk desk = machine.deskWithout()) {
                assertThat(desk.status().pending()).hasSize(2);
                assertThat(machine.kernel.left()).isEmpty();
                assertThat(payloads()).hasSize(2);
                desk.save();
            }
        }
        machine.requireBack("one", "two");
    }

    @Test
    void whatMustWaitIsOwedToTheFilesUntilTheManifestNamesThem() throws Exception {
        machine.save("one");
        machine.deskWithout().close();
        try (Desk desk = machine.desk()) {
            assertThat(desk.status().pending()).extracting(Reply.Left::reason).singleElement().asString()
                    .contains("in the kernel's hands alone");
        }
    }

    /// Its earlier save counts, and with it the session.
    @Test
    void aBoxThatCannotBeSavedAgainStaysPreservedUntilItIsUnsealed() throws Exception {
        var changing = new AtomicReference<OwnedFd>();
        Step.Watcher steps = step -> {
            if (step == Step.PAYLOAD_WRITTEN && changing.get() != null) {
                Contents.write(changing.get(), "still busy".getBytes(), 0);
            }
        };
        try (Desk desk = machine.desk(steps);
                OwnedFd calm = Fds.memfd("calm");
                OwnedFd busy = Fds.memfd("busy")) {
            desk.box("b", calm, busy);
            desk.seal("b");
            machine.kernel.fail(FakeLiveUpdate.PRESERVE_FD, 0, Errno.EBUSY, Errno.EBUSY);
            desk.save();
            changing.set(busy);
            var failed = desk.handover.save(Optional.empty(), _ -> {});
            assertThat(failed.failedBoxes()).isEqualTo(1);
            assertThat(machine.kernel.preserved().values()).contains(1);
            desk.unseal("b");
            assertThat(machine.kernel.preserved()).isEmpty();
        }
    }

    @Test
    void whatIsAddedGoesIntoASessionOfItsOwn() throws Exception {
        try (Desk desk = machine.desk(); OwnedFd other = Fds.memfd("other")) {
            Machine.fill(desk, "one");
            desk.save();
            desk.box("c", other);
            desk.seal("c");
            desk.save();
            assertThat(machine.kernel.preserved().values()).containsExactly(1, 1);
            machine.kernel.kexec();
        }
        try (Desk desk = machine.desk()) {
            assertThat(desk.text("b", "a")).isEqualTo("one");
            assertThat(desk.text("c", "a")).isEqualTo("other");
        }
        assertThat(machine.kernel.left()).isEmpty();
    }
}
