package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Handles that nobody reads, and the daemon's own descriptors on the way into its boxes.
class HandlesTest extends UnderAttack {

    private static final String PUT = call("Put", "\"box\":\"b\",\"name\":\"x\",\"fileDescriptor\":0");

    /// Its replies are much longer.
    private static final String DESCRIPTION =
            "{\"method\":\"org.varlink.service.GetInterfaceDescription\","
                    + "\"parameters\":{\"interface\":\"org.fdbox.Store\"}}␀";

    private FdBoxClient client;
    private RawClient attacker;

    @BeforeEach
    void aBox() throws Exception {
        client = daemon().client();
        client.createBox("b");
        attacker = attacker();
        // Once it is answered, it counts.
        attacker.send(DESCRIPTION).receive();
    }

    /// Before the daemon's descriptors are looked at.
    @AfterEach
    void noBox() throws Exception {
        attacker.close();
        client.deleteBox("b");
        client.close();
    }

    @Test
    void oneThatNobodyReadsIsCutOff() throws Exception {
        try (RawClient handle = RawClient.over(client.open("b", Optional.empty()))) {
            int sockets = daemon().sockets();
            handle.flood(DESCRIPTION);
            askForWhatIsTheirs();
            Eventually.holds("it is cut off", () -> daemon().sockets() == sockets - 1);
        }
    }

    @Test
    void manyThatNobodyUses() throws Exception {
        for (int i = 0; i < 200; i++) {
            attacker.send(call("OpenBox", "\"box\":\"b\"")).receive();
        }
        askForWhatIsTheirs();
    }

    @Test
    void aHandleIntoItsOwnBoxAndIntoAnother() throws Exception {
        client.createBox("b2");
        try (OwnedFd handle = client.open("b", Optional.empty());
                RawClient over = RawClient.over(handle.dup())) {
            assertThat(attacker.send(PUT, handle).error()).isEqualTo("UnsupportedFd");
            assertThat(attacker.send(PUT.replace("\"b\"", "\"b2\""), handle).error())
                    .isEqualTo("UnsupportedFd");
            assertThat(over.send(PUT, handle).error()).isEqualTo("UnsupportedFd");
        }
        client.deleteBox("b2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lock", "payload", "finished"})
    void whatIsInTheStateDirectory(String name) throws Exception {
        Path path = daemon().state().resolve(name);
        for (int flags : new int[]{OpenFlags.RDONLY, OpenFlags.PATH}) {
            try (OwnedFd file = OpenFile.open(path.toString(), flags)) {
                assertThat(attacker.send(PUT, file).error()).isEqualTo("UnsupportedFd");
            }
        }
    }

    @Test
    void theManifestThatASaveHasWritten() throws Exception {
        client.handover().save(Optional.empty(), _ -> {});
        Path manifest = daemon().state().resolve("handover.json");
        try (OwnedFd file = OpenFile.open(manifest.toString(), OpenFlags.RDONLY)) {
            assertThat(attacker.send(PUT, file).error()).isEqualTo("UnsupportedFd");
        }
    }

    @Test
    void itself() throws Exception {
        try (OwnedFd pidfd = Pidfd.open((int) daemon().pid(), false)) {
            assertThat(attacker.send(PUT, pidfd).error()).isEqualTo("UnsupportedFd");
        }
    }

    @Test
    void itsMountNamespace() throws Exception {
        String path = "/proc/" + daemon().pid() + "/ns/mnt";
        try (OwnedFd namespace = OpenFile.open(path, OpenFlags.RDONLY)) {
            assertThat(attacker.send(PUT, namespace).error()).isEqualTo("UnsupportedFd");
        }
    }
}
