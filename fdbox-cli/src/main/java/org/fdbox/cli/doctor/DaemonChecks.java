package org.fdbox.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.NoDaemonException;
import org.fdbox.protocol.Interface;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// Who answers at the address.
final class DaemonChecks {

    private static final int INIT = 1;
    private static final String LIMIT = "Max open files";
    private static final int MANY = 4096;

    private DaemonChecks() {}

    static List<Finding> all(UnixAddress address, String version) {
        var findings = new ArrayList<Finding>();
        try (FdBoxClient client = FdBoxClient.connect(address)) {
            findings.add(who(client.info(), version));
        } catch (NoDaemonException nobody) {
            return List.of(new Finding(
                    Finding.Level.NO_DAEMON,
                    nobody.getMessage() + "; start one: fdboxd --socket " + address));
        } catch (Refused | IOException stranger) {
            return List.of(Finding.fault(
                    "what listens at " + address + " is no fdboxd: " + stranger.getMessage()
                            + "; is the address right?"));
        }
        peer(address, findings);
        return findings;
    }

    private static Finding who(Reply.Info info, String version) {
        String who = info.product() + " " + info.version();
        if (!info.interfaces().contains(Interface.STORE.fullName())) {
            return Finding.fault(who + " answers, and does not speak " + Interface.STORE.fullName());
        }
        return info.version().equals(version)
                ? Finding.ok(who + " answers")
                : Finding.note(who + " answers; this command is of version " + version);
    }

    private static void peer(UnixAddress address, List<Finding> findings) {
        try (OwnedFd socket = UnixSocket.connect(address)) {
            PeerCredentials peer = PeerCredentials.of(socket);
            if (peer.uid() != 0 && peer.uid() != ThisProcess.uid()) {
                findings.add(Finding.note("the daemon runs as uid " + Integer.toUnsignedString(peer.uid())
                        + ", which can use all that is put there"));
            }
            // With a socket that systemd made, the kernel tells systemd's pid.
            if (peer.pid() > INIT) {
                limit(peer.pid(), findings);
            }
        } catch (SystemCallException gone) {
            findings.add(Finding.note("a second connection failed: " + gone.getMessage()));
        }
    }

    private static void limit(int pid, List<Finding> findings) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/limits"))) {
                if (line.startsWith(LIMIT)) {
                    findings.add(limit(line.substring(LIMIT.length()).strip().split("\\s+")[0]));
                }
            }
        } catch (IOException hidden) {
            findings.add(Finding.note("the daemon's limit of descriptors cannot be read (pid " + pid + ")"));
        }
    }

    private static Finding limit(String soft) {
        boolean low = soft.matches("\\d{1,9}") && Integer.parseInt(soft) < MANY;
        return low
                ? Finding.note("the daemon may have only " + soft
                        + " descriptors open; raise LimitNOFILE= or ulimit -n")
                : Finding.ok("the daemon may have " + soft + " descriptors open");
    }
}
