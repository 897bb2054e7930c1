package org.fdbox.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What came back in memory alone is saved to files without being asked for.
@ExtendWith(NothingLeaks.class)
class AfterKexecTest {

    @TempDir
    Path folder;

    private final FakeLiveUpdate kernel = new FakeLiveUpdate();

    @AfterEach
    void close() {
        kernel.close();
    }

    private Desk desk(Kexec kexec) throws Exception {
        return new Desk(folder, kexec, Step.Watcher.NONE, new MemfdHandler());
    }

    private Kexec kexec(Use use) {
        return new Kexec(use, kernel.liveUpdate(), Holder.NOBODY);
    }

    private void save(Use use) throws Exception {
        try (Desk desk = desk(kexec(use)); OwnedFd memfd = Fds.memfd("text")) {
            desk.box("b", memfd);
            desk.seal("b");
            desk.save();
            kernel.kexec();
        }
    }

    /// What a save has written is seen before it lets go of the boxes and of the state directory.
    private static boolean isOver(Handover handover) {
        try (var _ = handover.exclusively()) {
            return true;
        } catch (Refused.HandoverInProgress saving) {
            return false;
        }
    }

    @Test
    void itOutlivesACrashAfterThat() throws Exception {
        save(Use.ONLY);
        Kexec kexec = kexec(Use.ONLY);
        try (Desk desk = desk(kexec)) {
            assertThat(kexec.owesFiles()).isTrue();
            AfterKexec.save(kexec, desk.handover);
            Await.until("a save", () -> desk.status().generation() == 2 && isOver(desk.handover));
            assertThat(kexec.owesFiles()).isFalse();
            kernel.kill();
        }
        try (Desk desk = desk(kexec(Use.OFF))) {
            assertThat(desk.text("b", "a")).isEqualTo("text");
        }
    }

    @Test
    void whatIsInFilesIsNotSavedAgain() throws Exception {
        save(Use.AUTO);
        Kexec kexec = kexec(Use.AUTO);
        try (Desk desk = desk(kexec)) {
            AfterKexec.save(kexec, desk.handover);
            assertThat(kexec.owesFiles()).isFalse();
            assertThat(desk.status().generation()).isEqualTo(1);
        }
    }
}
