package org.fdbox.daemon.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.handover.Notice;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Errno;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The last save of a daemon, after which somebody else keeps the sessions open, or nobody does.
@ExtendWith(NothingLeaks.class)
class HeldSessionsTest {

    @TempDir
    Path folder;

    private final FakeLiveUpdate kernel = new FakeLiveUpdate();
    private final Keeping holder = new Keeping();

    /// As systemd does.
    private static final class Keeping implements Holder {
        private final Map<String, OwnedFd> held = new LinkedHashMap<>();
        private boolean there = true;
        private boolean deaf;

        @Override
        public Map<String, OwnedFd> sessions() {
            var copies = new LinkedHashMap<String, OwnedFd>();
            held.forEach((name, session) -> copies.put(name, session.dup()));
            return copies;
        }

        @Override
        public boolean isThere() {
            return there;
        }

        @Override
        public void hold(String name, OwnedFd session) {
            if (deaf) {
                throw new SystemCallException("sendmsg", "the service manager", Errno.ECONNREFUSED);
            }
            held.put(name, session.dup());
        }

        void close() {
            held.values().forEach(OwnedFd::close);
            held.clear();
        }
    }

    @AfterEach
    void close() {
        holder.close();
        kernel.close();
    }

    /// One life that holds a memfd and ends in order.
    ///
    /// @param needed whether nobody else carries memfds over
    private void live(boolean needed) throws Exception {
        var kexec = new Kexec(Use.AUTO, kernel.liveUpdate(), holder, () -> 1L << 30);
        try (Desk desk = new Desk(folder, kexec, Step.Watcher.NONE, new MemfdHandler());
                OwnedFd memfd = Fds.memfd("text")) {
            desk.box("b", memfd);
            desk.seal("b");
            try (Notice.Plan plan = desk.handover.notice().plan()) {
                kexec.end(needed);
                desk.handover.saveAtEnd(plan, _ -> {});
            }
        }
    }

    private void requireBack() throws Exception {
        var kexec = new Kexec(Use.AUTO, kernel.liveUpdate(), holder, () -> 1L << 30);
        try (Desk desk = new Desk(folder, kexec, Step.Watcher.NONE, new MemfdHandler())) {
            assertThat(desk.text("b", "a")).isEqualTo("text");
        }
    }

    @Test
    void whoeverHoldsThemGivesThemToTheNextStart() throws Exception {
        live(true);
        assertThat(kernel.preserved()).hasSize(1);
        kernel.kexec();
        holder.held.replaceAll((name, before) -> {
            before.close();
            return kernel.passed(name);
        });
        Machine.deletePayloads(folder);
        requireBack();
        assertThat(kernel.left()).as("sessions that nobody finished").isEmpty();
    }

    @Test
    void aMereRestartReadsTheFilesAndLetsGo() throws Exception {
        live(true);
        requireBack();
        holder.close();
        assertThat(kernel.preserved()).isEmpty();
    }

    @Test
    void withoutAnybodyNothingIsPreservedAtTheEnd() throws Exception {
        holder.there = false;
        live(true);
        assertThat(kernel.asked(FakeLiveUpdate.PRESERVE_FD)).isZero();
        requireBack();
    }

    @Test
    void whereTheServiceManagerCarriesEverythingOverNothingIsPreservedTwice() throws Exception {
        live(false);
        assertThat(kernel.asked(FakeLiveUpdate.PRESERVE_FD)).isZero();
        assertThat(holder.held).isEmpty();
    }

    @Test
    void aHolderThatDoesNotListenLeavesTheFiles() throws Exception {
        holder.deaf = true;
        live(true);
        assertThat(kernel.preserved()).isEmpty();
        requireBack();
    }
}
