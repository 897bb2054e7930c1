package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the daemon is for: a program puts, another takes.
class LifeTest {

    @Test
    void whatOnePutsAnotherTakes(@TempDir Path folder) throws Exception {
        try (var daemon = DaemonProcess.start(folder)) {
            try (FdBoxClient client = daemon.client();
                    OwnedFd memfd = TestFds.memfd("guest memory")) {
                client.createBox("vm1");
                client.put("vm1", "ram", memfd);
            }
            try (FdBoxClient client = daemon.client();
                    OwnedFd back = client.take("vm1", "ram")) {
                assertThat(TestFds.text(back)).isEqualTo("guest memory");
                assertThat(client.list("vm1").entries()).isEmpty();
                client.deleteBox("vm1");
            }
            daemon.assertNothingLeaked();
            assertThat(daemon.terminate()).isZero();
        }
    }
}
