package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.sys.Contents;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Contents that somebody changes while they are saved fail their box, and what was saved of it before is kept.
@ExtendWith(NothingLeaks.class)
class ChangedWhileSavedTest {

    @TempDir
    Path folder;

    private static void write(OwnedFd file, String text) {
        Contents.write(file, text.getBytes(StandardCharsets.UTF_8), 0);
    }

    @Test
    void theBoxFailsAndItsEarlierSaveComesBack() throws Exception {
        var memfd = new MemfdHandler();
        var changing = new AtomicReference<OwnedFd>();
        Step.Watcher steps = step -> {
            OwnedFd busy = step == Step.PAYLOAD_WRITTEN ? changing.getAndSet(null) : null;
            if (busy != null) {
                write(busy, "new and longer");
            }
        };
        try (var desk = new Desk(folder, new Kexec(Use.OFF, new LiveUpdate(), Holder.NOBODY), steps, memfd);
                OwnedFd busy = Fds.memfd("old");
                OwnedFd calm = Fds.memfd("calm")) {
            desk.box("busy", busy);
            desk.box("calm", calm);
            desk.seal("busy");
            desk.seal("calm");
            desk.save();
            changing.set(busy);
            Handover.Outcome outcome = desk.handover.save(Optional.empty(), _ -> {});
            assertThat(outcome.failedBoxes()).isEqualTo(1);
            Left left = outcome.leftOut().getFirst();
            assertThat(left.box()).isEqualTo("busy");
            assertThat(left.name()).contains("a");
            assertThat(left.reason()).contains("changed it while it was being saved", "save again", "kept");
        }
        try (var desk = new Desk(folder, memfd)) {
            assertThat(desk.text("busy", "a")).isEqualTo("old");
            assertThat(desk.text("calm", "a")).isEqualTo("calm");
        }
    }
}
