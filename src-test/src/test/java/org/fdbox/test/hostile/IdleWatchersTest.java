package org.fdbox.test.hostile;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;

/// Watchers that do not read what they asked for.
class IdleWatchersTest extends UnderAttack {

    /// More than a socket and a queue have room for.
    private static final int MANY = 5000;

    private static final String MONITOR =
            "{\"method\":\"org.fdbox.Store.Monitor\",\"parameters\":{},\"more\":true}␀";

    private void makeManyEvents() throws Exception {
        try (FdBoxClient client = daemon().client(); OwnedFd memory = TestFds.memfd("x")) {
            client.createBox("busy");
            for (int i = 0; i < MANY; i++) {
                client.put("busy", "x", memory, true);
            }
            client.deleteBox("busy");
        }
        askForWhatIsTheirs();
    }

    @Test
    void theyHoldUpNobodyAndAreCutOff() throws Exception {
        List<RawClient> watchers = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                watchers.add(attacker().send(MONITOR));
            }
            makeManyEvents();
            daemon().awaitLog("cut off: it left a message or a reply unfinished");
            daemon().assertNothingLeaked();
            watchers.forEach(RawClient::awaitEnd);
        } finally {
            watchers.forEach(RawClient::close);
        }
    }
}
