package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// One daemon for all tests of a class, with a bystander who is connected all the time. After each test the daemon has the same
/// descriptors open as before it, and the bystander still has what is theirs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UnderAttack {

    private static final String BYSTANDERS = "bystander's";
    private static final Map<String, String> CONTENTS = Map.of("a", "first", "b", "second", "c", "");

    private DaemonProcess daemon;
    private FdBoxClient bystander;

    /// What runs the daemon; nothing if empty.
    List<String> wrapper() {
        return List.of();
    }

    /// Its configuration.
    String config() {
        return "{\"stallSeconds\": 1}";
    }

    /// What is to be done before it starts.
    void prepare(Path folder) throws Exception {}

    @BeforeAll
    void startDaemon(@TempDir Path folder) throws Exception {
        prepare(folder);
        Path config = Files.writeString(folder.resolve("fdboxd.json"), config());
        daemon = DaemonProcess.launch(folder, wrapper(), "--config", config.toString());
        daemon.awaitServing();
        bystander = daemon.client();
        bystander.createBox(BYSTANDERS);
        for (var one : CONTENTS.entrySet()) {
            try (OwnedFd memory = TestFds.memfd(one.getValue())) {
                bystander.put(BYSTANDERS, one.getKey(), memory);
            }
        }
        daemon.takeStock();
    }

    @AfterEach
    void nothingIsLostAndNothingIsLeft() throws Exception {
        askForWhatIsTheirs();
        assertThat(bystander.listBoxes()).extracting(BoxInfo::name).containsExactly(BYSTANDERS);
        daemon.assertNothingLeaked();
        assertThat(daemon.log()).doesNotContain("<3>");
    }

    @AfterAll
    void endDaemon() throws Exception {
        if (daemon == null) {
            return;
        }
        try (DaemonProcess ending = daemon; FdBoxClient _ = bystander) {
            assertThat(ending.terminate()).isZero();
        }
    }

    DaemonProcess daemon() {
        return daemon;
    }

    /// The bystander goes about their business.
    void askForWhatIsTheirs() throws Exception {
        var contents = new LinkedHashMap<String, String>();
        bystander.copyMany(BYSTANDERS, Optional.empty()).forEach((name, fd) -> {
            try (fd) {
                contents.put(name, TestFds.text(fd));
            }
        });
        assertThat(contents).isEqualTo(CONTENTS);
        assertThat(bystander.list(BYSTANDERS).entries()).hasSize(CONTENTS.size());
    }

    /// A client that means harm.
    RawClient attacker() {
        return RawClient.connect(daemon);
    }

    /// A call as a message with its NUL.
    ///
    /// @param parameters the inside of a JSON object
    static String call(String method, String parameters) {
        return "{\"method\":\"org.fdbox.Store." + method + "\",\"parameters\":{" + parameters + "}}␀";
    }
}
