package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.Map;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.sys.SystemCallException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A process is found again while it lives, and no other is ever taken for it.
@ExtendWith(NothingLeaks.class)
class PidfdHandlerTest {

    private final PidfdHandler handler = new PidfdHandler();
    private final Restoring restoring = new Restoring();
    private Process process;

    @BeforeEach
    void start() throws Exception {
        process = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void end() throws Exception {
        reap();
        for (AutoCloseable stream : List.of(
                process.getInputStream(), process.getErrorStream(), process.getOutputStream())) {
            stream.close();
        }
        restoring.close();
    }

    private void reap() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private OwnedFd pidfd() {
        return Pidfd.open((int) process.pid(), false);
    }

    private void assertRefused(Saved saved, String why) {
        assertThatThrownBy(() -> restoring.restore(handler, saved))
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining(why);
    }

    @Test
    void aProcessThatLivesIsFoundAgain() throws Exception {
        Saved saved;
        try (OwnedFd fd = pidfd()) {
            OpenFile.setStatusFlags(fd, OpenFlags.NONBLOCK);
            assertThat(handler.examine(fd, new FdFacts(fd), SELF).survival()).isEqualTo(Survival.REOPEN);
            saved = restoring.preserve(handler, fd);
        }
        try (OwnedFd back = restoring.restore(handler, saved)) {
            assertThat(Pidfd.pid(back)).isEqualTo((int) process.pid());
            assertThat(OpenFlags.names(new FdFacts(back).flags())).contains("nonblock");
            reap();
            assertThat(Pidfd.pid(back)).as("after its end").isEqualTo(-1);
        }
    }

    @Test
    void aThreadIsFoundAgainAsAThread() throws Exception {
        try (OwnedFd fd = thread()) {
            Saved saved = restoring.preserve(handler, fd);
            assertThat(saved.properties()).containsEntry("thread", true);
            try (OwnedFd back = restoring.restore(handler, saved)) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(fd));
            }
        }
    }

    private OwnedFd thread() {
        try {
            return Pidfd.open((int) process.pid(), true);
        } catch (SystemCallException old) {
            return abort("this kernel has no pidfds of threads: " + old.getMessage());
        }
    }

    @Test
    void aProcessThatEndedSinceIsNotFound() throws Exception {
        Saved saved;
        try (OwnedFd fd = pidfd()) {
            saved = restoring.preserve(handler, fd);
        }
        reap();
        assertRefused(saved, "its process has ended");
    }

    @Test
    void anotherProcessWithItsNumberIsNotTakenForIt() throws Exception {
        try (OwnedFd fd = pidfd()) {
            Saved saved = restoring.preserve(handler, fd);
            assertRefused(saved.with("startTime", (long) saved.properties().get("startTime") - 1),
                    "another one");
            assertRefused(saved.with("bootId", "another"), "booted");
            assertRefused(saved.with("pidNamespace", "pid:[1]"), "pid namespace");
        }
    }

    /// Its box must not be spoilt by the ordinary end of a process.
    @Test
    void oneWhoseProcessEndedIsSavedAndStaysPending() throws Exception {
        try (OwnedFd fd = pidfd()) {
            reap();
            var prospect = handler.examine(fd, new FdFacts(fd), SELF);
            assertThat(prospect.survival()).isEqualTo(Survival.LIVE);
            assertThat(prospect.reason()).hasValueSatisfying(why -> assertThat(why).contains("ended"));
            assertRefused(restoring.preserve(handler, fd), "had ended");
        }
    }

    @Test
    void processesThatCannotBeAreRefused() throws Exception {
        try (OwnedFd fd = pidfd()) {
            Saved saved = restoring.preserve(handler, fd);
            for (Map.Entry<String, Object> bad : Map.<String, Object>of(
                    "pid", 0L, "thread", "no", "startTime", -1L, "bootId", 1L, "pidNamespace", 1L,
                    "flags", List.of("strange")).entrySet()) {
                assertRefused(saved.with(bad.getKey(), bad.getValue()), "");
                assertRefused(saved.without(bad.getKey()), "");
            }
            assertRefused(saved.with("pid", 1L << 40), "too large");
        }
    }
}
