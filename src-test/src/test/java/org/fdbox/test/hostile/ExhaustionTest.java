package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A daemon that has nearly no descriptor numbers left refuses more, and goes on with all it has.
class ExhaustionTest extends UnderAttack {

    private static final int LIMIT = 256;

    @Override
    List<String> wrapper() {
        boolean there = Shell.has("prlimit");
        return there ? List.of("prlimit", "--nofile=" + LIMIT + ":" + LIMIT) : List.of();
    }

    @BeforeEach
    void needsPrlimit() {
        assumeTrue(Shell.has("prlimit"), "prlimit of util-linux is not installed");
    }

    /// @return how many went in before the daemon refused
    private static int fill(FdBoxClient client, OwnedFd memory) throws IOException, Refused {
        client.createBox("full");
        try {
            for (int i = 0;; i++) {
                client.put("full", Integer.toString(i), memory);
            }
        } catch (Refused.OutOfFileDescriptors full) {
            return client.list("full").entries().size();
        }
    }

    @Test
    void aFullDaemonListsHandsOutAndAccepts() throws Exception {
        try (FdBoxClient client = daemon().client(); OwnedFd memory = TestFds.memfd("fills")) {
            int held = fill(client, memory);
            assertThat(held).isBetween(LIMIT / 4, LIMIT);
            askForWhatIsTheirs();
            try (FdBoxClient another = daemon().client(); OwnedFd back = another.take("full", "0")) {
                assertThat(TestFds.text(back)).isEqualTo("fills");
                // The connection took the number that this one had.
                another.drop("full", "1");
                another.put("full", "0", memory);
            }
            client.deleteBox("full");
        }
    }

    @Test
    void connectionsWithoutEndLeaveRoomForThoseThatAreThere() throws Exception {
        var attackers = new ArrayList<FdBoxClient>();
        try (FdBoxClient client = daemon().client(); OwnedFd memory = TestFds.memfd("fills")) {
            fill(client, memory);
            int refused = 0;
            for (int i = 0; i < LIMIT; i++) {
                FdBoxClient attacker = daemon().client();
                attackers.add(attacker);
                try {
                    attacker.listBoxes();
                } catch (ConnectionLostException | Refused.OutOfFileDescriptors full) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            askForWhatIsTheirs();
            try (OwnedFd back = client.take("full", "1")) {
                assertThat(TestFds.text(back)).isEqualTo("fills");
            }
            client.deleteBox("full");
        } finally {
            attackers.forEach(FdBoxClient::close);
        }
    }

    @Test
    void moreDescriptorsInAMessageThanThereAreNumbers() throws Exception {
        try (FdBoxClient client = daemon().client(); OwnedFd memory = TestFds.memfd("fills")) {
            fill(client, memory);
            var many = new OwnedFd[Courier.MOST_DESCRIPTORS];
            Arrays.fill(many, memory);
            try (RawClient attacker = attacker()) {
                attacker.send(call("ListBoxes", ""), many);
                assertThat(attacker.error()).isEqualTo("OutOfFileDescriptors");
                askForWhatIsTheirs();
                attacker.send("{", many);
                askForWhatIsTheirs();
            }
            client.deleteBox("full");
        }
    }
}
