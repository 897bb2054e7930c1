package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which process a pidfd stands for, and that nobody else is taken for it.
@ExtendWith(NoLeak.class)
class PidfdTest {

    private static final int OWN = (int) ProcessHandle.current().pid();

    @Test
    void itsProcessAndItsStartAreTold() {
        try (OwnedFd own = Pidfd.open(OWN, false); OwnedFd parent = Pidfd.open(parent(), false)) {
            assertThat(Pidfd.isOne(new FdFacts(own))).isTrue();
            assertThat(Pidfd.isThread(new FdFacts(own))).isFalse();
            assertThat(Pidfd.pid(own)).isEqualTo(OWN);
            assertThat(Pidfd.startTime(own)).hasValueSatisfying(time -> assertThat(time).isPositive());
            assertThat(Pidfd.startTime(parent).orElseThrow())
                    .isLessThanOrEqualTo(Pidfd.startTime(own).orElseThrow());
        }
    }

    private static int parent() {
        return (int) ProcessHandle.current().parent().orElseThrow().pid();
    }

    @Test
    void onlyOursIsOurs() {
        try (OwnedFd own = Pidfd.open(OWN, false); OwnedFd parent = Pidfd.open(parent(), false)) {
            assertThat(Pidfd.isOurs(own)).isTrue();
            assertThat(Pidfd.isOurs(parent)).isFalse();
        }
    }

    @Test
    void aProcessThatWasReapedHasNoNumber() throws Exception {
        var process = new ProcessBuilder("sleep", "600").start();
        try (OwnedFd fd = Pidfd.open((int) process.pid(), false)) {
            process.destroyForcibly().waitFor();
            assertThat(Pidfd.pid(fd)).isEqualTo(-1);
            assertThat(Pidfd.startTime(fd)).isEmpty();
            assertThat(Pidfd.isOurs(fd)).isFalse();
        } finally {
            process.getInputStream().close();
            process.getErrorStream().close();
            process.getOutputStream().close();
        }
    }

    @Test
    void whatIsNoneHasNoProcess() {
        try (OwnedFd memfd = Memfd.create("x"); OwnedFd own = Pidfd.open(OWN, false);
                OwnedFd path = OpenFile.reopen(own, OpenFlags.PATH)) {
            assertThat(Pidfd.isOne(new FdFacts(memfd))).isFalse();
            assertThat(Pidfd.isOne(new FdFacts(path))).as("what only leads to one").isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> Pidfd.pid(memfd));
        }
    }
}
