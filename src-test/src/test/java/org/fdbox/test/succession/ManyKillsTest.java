package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.fdbox.client.FdBoxClient;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kills, one after the other, while clients put and take: of a daemon that a spare follows, of that spare, and of a successor that is about
/// to take over. `-Dfdbox.test.kills=5000 -Dit.test=ManyKillsTest` makes more of them; `-Dfdbox.test.seed=N` repeats those of a run.
class ManyKillsTest {

    private static final int KILLS = Integer.getInteger("fdbox.test.kills", 150);
    private static final long SEED = Long.getLong("fdbox.test.seed", System.nanoTime());
    private static final int CLIENTS = 3;
    private static final int TOLD_EVERY = 250;
    /// Of the put that dies, at any of its steps.
    private static final int MOST_CALLS = 60;
    private static final List<String> STAGES = List.of("PREPARED", "RECEIVED", "INSTALLED");

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final List<Witness> witnesses = new ArrayList<>();
    private DaemonProcess serving;
    private DaemonProcess other;
    private int ofDaemons;
    private int ofSpares;
    private int ofSuccessors;
    private int letGo;

    @AfterEach
    void end() {
        witnesses.forEach(Witness::close);
        for (DaemonProcess process : new DaemonProcess[]{serving, other}) {
            if (process != null) {
                process.close();
            }
        }
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS)
    void whatWasAcknowledgedIsThere() throws Exception {
        serving = DaemonProcess.start(folder);
        for (int i = 0; i < CLIENTS; i++) {
            witnesses.add(new Witness(serving.socket(), "b" + i));
        }
        try {
            for (int i = 0; i < KILLS; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> killSuccessor();
                    case 1 -> killSpare();
                    default -> killDaemon();
                }
                if ((i + 1) % TOLD_EVERY == 0) {
                    System.out.println("ManyKillsTest: " + counts());
                }
            }
        } catch (Throwable failed) {
            throw new AssertionError("with -Dfdbox.test.seed=" + SEED + ", " + counts(), failed);
        }
        if (KILLS % TOLD_EVERY != 0) {
            System.out.println("ManyKillsTest: " + counts());
        }
    }

    private String counts() {
        long calls = witnesses.stream().mapToLong(Witness::calls).sum();
        return "kills of daemons=" + ofDaemons + " spares=" + ofSpares + " successors=" + ofSuccessors
                + ", spares let go of=" + letGo
                + ", calls of clients=" + calls + ", lost=0";
    }

    private DaemonProcess follow() throws Exception {
        DaemonProcess spare = DaemonProcess.launch(folder, List.of(), "--standby");
        other = spare;
        Eventually.holds("it follows", () -> {
            assertThat(spare.process().isAlive()).as(spare.log()).isTrue();
            return serving.log().contains("a spare follows: pid=" + spare.pid() + "\n");
        });
        return spare;
    }

    /// Lets the clients go on for a while.
    private void letThemWork() throws Exception {
        for (Witness witness : witnesses) {
            witness.awaitMore(1 + random.nextInt(MOST_CALLS));
        }
    }

    private void killDaemon() throws Exception {
        DaemonProcess spare = follow();
        witnesses.forEach(Witness::start);
        letThemWork();
        if (serving.log().contains("running without a spare: pid=" + spare.pid())) {
            // On a busy machine it may not keep up.
            spare.close();
            letGo++;
            requireNobodyNoticed();
            return;
        }
        serving.kill();
        serving = spare;
        other = null;
        ofDaemons++;
        for (Witness witness : witnesses) {
            witness.stop();
            witness.requireEverything();
        }
    }

    private void killSpare() throws Exception {
        DaemonProcess spare = follow();
        witnesses.forEach(Witness::start);
        letThemWork();
        spare.kill();
        ofSpares++;
        other = null;
        letThemWork();
        requireNobodyNoticed();
    }

    private void killSuccessor() throws Exception {
        witnesses.forEach(Witness::start);
        String stage = STAGES.get(random.nextInt(STAGES.size()));
        try (DaemonProcess successor =
                DaemonProcess.launch(folder, List.of("env", "FDBOXD_KILL_AT=" + stage), "--take-over")) {
            assertThat(successor.awaitEnd()).as(successor.log()).isEqualTo(128 + 9);
        }
        ofSuccessors++;
        letThemWork();
        requireNobodyNoticed();
    }

    private void requireNobodyNoticed() throws Exception {
        for (Witness witness : witnesses) {
            assertThat(witness.stop()).as("its connection goes on").isTrue();
            witness.requireEverything();
        }
        try (FdBoxClient client = serving.client()) {
            assertThat(client.listBoxes()).hasSize(CLIENTS);
        }
    }
}
