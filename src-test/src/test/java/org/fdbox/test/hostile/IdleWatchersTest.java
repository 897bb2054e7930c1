package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    @SuppressWarnings("unchecked")
    private static Map<String, Object> next(RawClient watcher) throws Exception {
        return (Map<String, Object>) watcher.receive().get("parameters");
    }

    @Test
    void theyHoldUpNobodyAndAreToldWhatTheyMissed() throws Exception {
        try (RawClient watcher = attacker()) {
            assertThat(next(watcher.send(MONITOR))).containsEntry("event", "ready");
            makeManyEvents();
            long told = 0;
            long missed = 0;
            for (long sequence = 1; told + missed < MANY + 2; sequence++) {
                Map<String, Object> event = next(watcher);
                assertThat(event).containsEntry("sequence", sequence);
                if (event.get("event").equals("missed")) {
                    missed += (long) event.get("missed");
                } else {
                    told++;
                }
            }
            assertThat(missed).isPositive();
            assertThat(told + missed).isEqualTo(MANY + 2);
        }
    }

    @Test
    void thoseWhoNeverReadAreCutOff() throws Exception {
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
