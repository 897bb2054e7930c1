package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever is connected and asks for nothing costs next to nothing, and is in nobody's way.
class IdleConnectionsTest {

    private static final int MANY = 1000;
    private static final long MOST_KIBIBYTES = 20 << 10;

    private static void use(DaemonProcess daemon) throws Exception {
        try (FdBoxClient client = daemon.client(); OwnedFd memory = TestFds.memfd("words")) {
            client.createBox("b");
            client.put("b", "x", memory);
            try (OwnedFd back = client.take("b", "x")) {
                assertThat(TestFds.text(back)).isEqualTo("words");
            }
            client.deleteBox("b");
        }
    }

    @Test
    void aThousandCostLittleAndHinderNobody(@TempDir Path folder) throws Exception {
        assumeTrue(ThisProcess.descriptorLimit() > MANY + 200, "the limit of open files is too low here");
        try (var daemon = DaemonProcess.start(folder)) {
            use(daemon);
            daemon.assertNothingLeaked();
            int sockets = daemon.sockets();
            long before = daemon.residentKibibytes();
            var idle = new ArrayList<OwnedFd>();
            try {
                for (int i = 0; i < MANY; i++) {
                    idle.add(UnixSocket.connect(new UnixAddress(daemon.socket().toString())));
                }
                Eventually.holds("all are accepted", () -> daemon.sockets() >= sockets + MANY);
                assertThat(daemon.residentKibibytes() - before).isLessThan(MOST_KIBIBYTES);
                use(daemon);
            } finally {
                idle.forEach(OwnedFd::close);
            }
            daemon.assertNothingLeaked();
        }
    }
}
