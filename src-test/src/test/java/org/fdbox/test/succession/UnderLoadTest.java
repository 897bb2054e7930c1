package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Take-overs while clients put and take: no request fails, and nothing is lost or doubled.
class UnderLoadTest {

    private static final int TAKE_OVERS = 20;

    @TempDir
    Path folder;

    @Test
    @Timeout(300)
    void nobodyNoticesTwentyTakeOvers() throws Exception {
        DaemonProcess serving = DaemonProcess.start(folder);
        try {
            var address = new UnixAddress(serving.socket().toString());
            try (FdBoxClient client = serving.client(); OwnedFd kept = TestFds.memfd("kept")) {
                client.createBox("b");
                client.put("b", "kept", kept);
                try (Load load = new Load(address, 4)) {
                    for (int i = 0; i < TAKE_OVERS; i++) {
                        long before = load.calls();
                        DaemonProcess successor = DaemonProcess.launch(folder, List.of(), "--take-over");
                        serving.awaitSucceeded(successor);
                        serving.close();
                        serving = successor;
                        Eventually.holds("the successor serves", () -> load.calls() > before + 20);
                    }
                    load.end();
                }
                assertThat(client.listBoxes()).extracting(BoxInfo::entries).containsOnly(1, 0);
                try (OwnedFd copy = client.copy("b", "kept")) {
                    assertThat(TestFds.text(copy)).isEqualTo("kept");
                }
                assertThat(client.info().version()).isNotEmpty();
            }
            assertThat(serving.terminate()).isZero();
        } finally {
            serving.close();
        }
    }
}
