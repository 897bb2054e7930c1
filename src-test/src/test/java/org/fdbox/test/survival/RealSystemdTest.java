package org.fdbox.test.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same under systemd itself: killed, reloaded, restarted, stopped and started.
class RealSystemdTest {

    /// Of FileDescriptorStorePreserve=.
    private static final int PRESERVES = 254;

    @TempDir
    Path folder;

    private static void put(FdBoxClient client, String box, String name, String text) throws Exception {
        try (OwnedFd memory = TestFds.memfd(text)) {
            client.put(box, name, memory);
        }
    }

    private static String text(FdBoxClient client, String box, String name) throws Exception {
        try (OwnedFd copy = client.copy(box, name)) {
            return TestFds.text(copy);
        }
    }

    @Test
    void killReloadRestartStopAndStart() throws Exception {
        try (RealSystemd systemd = RealSystemd.start(folder, 64);
                OwnedFd counter = EventFd.create(0, false, true)) {
            try (FdBoxClient client = systemd.client()) {
                client.createBox("open");
                client.createBox("sealed");
                put(client, "open", "x", "one");
                put(client, "open", "taken", "taken");
                client.put("open", "counter", counter);
                client.put("open", "same", counter);
                put(client, "sealed", "y", "two");
                client.seal("sealed");
                client.take("open", "taken").close();
                // Two ledgers, and three open files.
                Eventually.holds("what was taken is let go of", () -> systemd.stored() == 5);
            }
            systemd.kill();
            assertAllThere(systemd, counter);
            systemd.systemctl("reload", "fdboxd.service");
            systemd.systemctl("restart", "fdboxd.service");
            assertAllThere(systemd, counter);
            systemd.kill();
            assertAllThere(systemd, counter);
            systemd.systemctl("stop", "fdboxd.service");
            systemd.systemctl("start", "fdboxd.service");
            if (systemd.version() >= PRESERVES) {
                assertAllThere(systemd, counter);
            } else {
                try (FdBoxClient client = systemd.client()) {
                    assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("sealed");
                }
            }
        }
    }

    @Test
    void anUpgradeChangesTheMainProcessAndLosesNothing() throws Exception {
        try (RealSystemd systemd = RealSystemd.start(folder, 64);
                OwnedFd counter = EventFd.create(0, false, true)) {
            try (FdBoxClient client = systemd.client()) {
                client.createBox("open");
                client.createBox("sealed");
                put(client, "open", "x", "one");
                client.put("open", "counter", counter);
                put(client, "sealed", "y", "two");
                client.seal("sealed");
                String before = systemd.mainPid();
                int successor = client.handover().upgrade().pid();
                assertThat(Integer.toString(successor)).isNotEqualTo(before);
                Eventually.holds("it is the main process",
                        () -> systemd.mainPid().equals(Integer.toString(successor)));
                assertThat(systemd.systemctl("is-active", "fdboxd.service")).isEqualTo("active");
                client.put("open", "same", counter);
                assertAllThere(systemd, counter);
            }
            systemd.systemctl("reload", "fdboxd.service");
            systemd.kill();
            assertAllThere(systemd, counter);
            try (FdBoxClient client = systemd.client()) {
                client.handover().upgrade();
            }
            assertAllThere(systemd, counter);
            systemd.systemctl("restart", "fdboxd.service");
            assertAllThere(systemd, counter);
        }
    }

    private static void assertAllThere(RealSystemd systemd, OwnedFd counter) throws Exception {
        try (FdBoxClient client = systemd.client()) {
            assertThat(client.list("open").entries()).hasSize(3);
            assertThat(text(client, "open", "x")).isEqualTo("one");
            assertThat(client.listBoxes().getLast().sealed()).isTrue();
            try (OwnedFd back = client.copy("open", "counter"); OwnedFd same = client.copy("open", "same")) {
                assertThat(SameDescription.are(back, counter)).isTrue();
                assertThat(SameDescription.are(same, counter)).isTrue();
            }
        }
        assertThat(systemd.stored()).isEqualTo(5);
    }

    @Test
    void aFullStoreIsNoticed() throws Exception {
        try (RealSystemd systemd = RealSystemd.start(folder, 5)) {
            try (FdBoxClient client = systemd.client()) {
                client.createBox("b");
                put(client, "b", "1", "1");
                put(client, "b", "2", "2");
                assertThatThrownBy(() -> put(client, "b", "3", "3"))
                        .isInstanceOf(Refused.QuotaExceeded.class);
            }
            systemd.kill();
            try (FdBoxClient client = systemd.client()) {
                assertThat(text(client, "b", "1")).isEqualTo("1");
                assertThat(text(client, "b", "2")).isEqualTo("2");
            }
        }
    }
}
