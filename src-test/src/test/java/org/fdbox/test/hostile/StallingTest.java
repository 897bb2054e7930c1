package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;

/// Clients that leave something unfinished: a message, or the reading of a reply. They are cut off, and until then they hold up
/// nobody.
class StallingTest extends UnderAttack {

    private static final String INFO = "{\"method\":\"org.varlink.service.GetInfo\"}␀";

    private static final String DESCRIPTION = "{\"method\":\"org.varlink.service.GetInterfaceDescription\","
            + "\"parameters\":{\"interface\":\"org.fdbox.Store\"}}␀";

    @Test
    void inMidMessage() throws Exception {
        try (RawClient attacker = attacker(); OwnedFd memory = TestFds.memfd("x")) {
            attacker.send(INFO).receive();
            attacker.send("{\"method\":", memory, memory);
            askForWhatIsTheirs();
            attacker.awaitEnd();
            daemon().awaitLog("cut off: it left a message or a reply unfinished");
        }
    }

    /// The time runs from the first byte, not from the last one.
    @Test
    void aByteNowAndThen() throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send("{\"method\":\"");
            Eventually.holds("it is cut off", () -> {
                try {
                    attacker.send("x");
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    return false;
                } catch (SystemCallException ended) {
                    return true;
                }
            });
        }
    }

    @Test
    void askingAndNeverReading() throws Exception {
        int sockets = daemon().sockets();
        try (RawClient attacker = attacker()) {
            attacker.send(INFO).receive();
            attacker.flood(DESCRIPTION);
            askForWhatIsTheirs();
            Eventually.holds("it is cut off", () -> daemon().sockets() == sockets);
        }
    }

    @Test
    void takingAndNeverReading() throws Exception {
        int sockets = daemon().sockets();
        try (FdBoxClient client = daemon().client()) {
            client.createBox("b");
            var files = new LinkedHashMap<String, OwnedFd>();
            try (OwnedFd memory = TestFds.memfd("many times")) {
                for (int i = 0; i < 253; i++) {
                    files.put("a long name, so that the reply is long too, " + i, memory);
                }
                client.putMany("b", files, false);
            }
            takeAndNeverRead("\"keep\":true");
            Eventually.holds("nothing of it is left", () -> daemon().sockets() == sockets + 1);
            // On lease, what did not arrive is back.
            takeAndNeverRead("\"confirm\":true");
            Eventually.holds("nothing of it is left", () -> daemon().sockets() == sockets + 1);
            try (Lease lease = client.lease("b", List.copyOf(files.keySet()))) {
                assertThat(lease.descriptors()).hasSize(253);
                lease.confirm();
            }
            client.deleteBox("b");
        }
    }

    /// As long as it could still read descriptors, the daemon keeps its end of the connection, and counts both.
    private void takeAndNeverRead(String how) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(INFO).receive();
            attacker.flood(call("GetMany", "\"box\":\"b\"," + how));
            askForWhatIsTheirs();
            Eventually.holds("it is cut off", attacker::isCutOff);
        }
    }

    @Test
    void muchThatIsUnfinished() throws Exception {
        var attackers = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 20; i++) {
                RawClient attacker = attacker();
                attackers.add(attacker);
                attacker.offer("{\"method\":\"" + "x".repeat(1_000_000));
            }
            askForWhatIsTheirs();
            daemon().awaitLog("cut off: too much of it is waiting");
            attackers.forEach(RawClient::awaitEnd);
        } finally {
            attackers.forEach(RawClient::close);
        }
    }
}
