package org.fdbox.daemon.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Something else than a kexec comes, or it comes in the middle.
@ExtendWith(NothingLeaks.class)
class DeathAroundKexecTest {

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

    private void requireBackIn(Path there) throws Exception {
        try (Desk desk = machine.desk(there, Step.Watcher.NONE)) {
            assertThat(desk.status().pending()).isEmpty();
            assertThat(desk.text("b", "a")).isEqualTo("one");
            assertThat(desk.text("b", "b")).isEqualTo("two");
        }
    }

    /// A kexec comes in the middle of a second save; or the daemon dies there, and then a kexec comes.
    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.MATCH_ANY,
            names = {"FROZEN", "PAYLOAD_.*", "MANIFEST_WRITTEN", "MANIFEST_DURABLE", "MANIFEST_MOVED",
                "HANDOVER_DURABLE", "JOURNAL_FOLLOWED", "PAYLOADS_SWEPT"})
    void theMachineMayGoAtEachStepOfASave(Step step, @TempDir Path once, @TempDir Path twice)
            throws Exception {
        var there = new ArrayDeque<>(List.of(once, twice));
        var kills = new ArrayDeque<>(List.of(false, true));
        boolean[] armed = {false};
        try (Desk desk = machine.desk(reached -> {
            if (armed[0] && reached == step) {
                armed[0] = false;
                Machine.copyState(folder, there.remove());
                if (kills.remove()) {
                    machine.kernel.kill();
                }
                machine.kernel.kexec();
            }
        })) {
            Machine.fill(desk, "one", "two");
            for (Path life : List.of(once, twice)) {
                desk.save();
                armed[0] = true;
                desk.save();
                assertThat(armed[0]).as("the step was reached").isFalse();
                requireBackIn(life);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, names = {"MANIFEST_READ", "ENTRY_RESTORED", "BOXES_RECOVERED"})
    void theDaemonMayDieAtEachStepOfARecovery(Step step, @TempDir Path there) throws Exception {
        machine.save("one", "two");
        boolean[] reached = {false};
        machine.desk(now -> {
            if (now == step && !reached[0]) {
                reached[0] = true;
                Machine.copyState(folder, there);
                machine.kernel.kill();
            }
        }).close();
        assertThat(reached[0]).isTrue();
        requireBackIn(there);
    }

    @Test
    void aColdBootLosesNothing() throws Exception {
        try (Desk desk = machine.desk()) {
            Machine.fill(desk, "one", "two");
            desk.save();
            machine.kernel.kill();
        }
        machine.requireBack("one", "two");
    }

    /// Its memory was preserved for a kexec that came later than the next save.
    @Test
    void aSecondKexecFindsWhatTheFirstSaveLeftInFiles() throws Exception {
        machine.save("one");
        machine.kernel.kexec();
        machine.requireBack("one");
    }
}
