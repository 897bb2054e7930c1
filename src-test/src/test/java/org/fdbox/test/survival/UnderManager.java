package org.fdbox.test.survival;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A service manager for each test, and what the tests do with its daemons.
abstract class UnderManager {

    static final int ROOMY = 200;

    @TempDir
    Path folder;

    KeepingManager manager;

    @BeforeEach
    void startManager() throws Exception {
        assumeThat(Shell.has("python3")).as("python3 is installed").isTrue();
        manager = new KeepingManager(folder, ROOMY);
    }

    @AfterEach
    void stopManager() {
        manager.close();
    }

    static void put(FdBoxClient client, String box, String name, String text) throws Exception {
        try (OwnedFd memory = TestFds.memfd(text)) {
            client.put(box, name, memory);
        }
    }

    static String take(FdBoxClient client, String box, String name) throws Exception {
        try (OwnedFd taken = client.take(box, name)) {
            return TestFds.text(taken);
        }
    }

    static BoxInfo box(FdBoxClient client, String name) throws Exception {
        return client.listBoxes().stream().filter(box -> box.name().equals(name)).findFirst().orElseThrow();
    }

    Path config(String mode) throws Exception {
        return Files.writeString(folder.resolve("fdboxd.json"), "{\"crashSurvival\": \"" + mode + "\"}");
    }
}
