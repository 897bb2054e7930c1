package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.Test;

/// A daemon without privileges may have only so many descriptors in flight, to all its clients together. One that never reads gets a
/// part of them.
class NeverReadingTest extends UnderAttack {

    private static final int LIMIT = 1024;

    @Override
    List<String> wrapper() {
        String group = Integer.toString(Attacker.GROUP);
        return List.of("setpriv", "--reuid=" + group, "--regid=" + group, "--clear-groups",
                "--bounding-set=-all", "--inh-caps=-all", "prlimit", "--nofile=" + LIMIT + ":" + LIMIT);
    }

    @Override
    String config() {
        return "{\"stallSeconds\": 1, \"socketGroup\": \"" + Attacker.GROUP + "\"}";
    }

    @Override
    void prepare(Path folder) throws Exception {
        assumeTrue(Shell.has("setpriv") && Shell.has("prlimit"), "util-linux is not installed");
        Attacker.admit(folder);
        Files.setAttribute(folder, "unix:uid", Attacker.GROUP);
    }

    @Test
    void whoNeverReadsLeavesRoomForOthers() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Attacker attacker = Attacker.begin(daemon(), "unread", "20")) {
                assertThat(attacker.told()).startsWith("QuotaExceeded {'limit': 'unreadDescriptors'");
                askForWhatIsTheirs();
            }
            daemon().assertNothingLeaked();
        }
        assertThat(daemon().log()).contains("too many are in flight").doesNotContain("request failed");
    }
}
