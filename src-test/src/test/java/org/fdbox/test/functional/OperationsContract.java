package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Descriptors;
import org.fdbox.test.support.Eventually;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The operations of FDBox, row by row, as a user of one kind of client sees them. One daemon serves all tests of a class.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperationsContract {

    private final Driver.Factory clients;

    private Path folder;
    private DaemonProcess daemon;
    private Driver client;

    OperationsContract(Driver.Factory clients) {
        this.clients = clients;
    }

    @BeforeAll
    void startDaemon(@TempDir Path ofThisClass) throws Exception {
        folder = ofThisClass;
        startDaemon();
    }

    private void startDaemon() throws Exception {
        daemon = DaemonProcess.start(folder);
        client = clients.at(daemon.socket(), folder);
    }

    @AfterEach
    void everythingCanBeReleased() throws Exception {
        try (FdBoxClient cleaner = daemon.client()) {
            for (BoxInfo box : cleaner.listBoxes()) {
                cleaner.deleteBox(box.name());
            }
        }
        daemon.assertNothingLeaked();
    }

    @AfterAll
    void endDaemon() throws Exception {
        try (DaemonProcess ending = daemon) {
            assertThat(ending.terminate()).isZero();
        }
    }

    DaemonProcess daemon() {
        return daemon;
    }

    Driver client() {
        return client;
    }

    @Test
    void create() throws Exception {
        String longest = "x".repeat(255);
        assertThat(client.create("b")).isEmpty();
        assertThat(client.create("b")).isEqualTo("error BoxExists");
        assertThat(client.create(longest)).isEmpty();
        assertThat(client.create(longest + "x")).isEqualTo("error InvalidName");
    }

    @Test
    void deleteReleasesEveryDescriptor() throws Exception {
        Map<String, Integer> before = Descriptors.of(daemon.pid());
        assertThat(client.delete("b")).isEqualTo("error NoSuchBox");
        client.create("b");
        client.put("b", "x", "one");
        client.put("b", "y", "two");
        assertThat(Descriptors.count(daemon.pid())).isGreaterThan(before.size());
        assertThat(client.delete("b")).isEmpty();
        Eventually.holds("all is released", () -> Descriptors.of(daemon.pid()).equals(before));
    }

    @Test
    void put() throws Exception {
        client.create("b");
        assertThat(client.put("b", "x", "one")).isEmpty();
        assertThat(client.put("b", "x", "two")).isEqualTo("error FdExists");
        assertThat(client.put("b", "..", "two")).isEqualTo("error InvalidName");
        assertThat(client.put("nowhere", "x", "two")).isEqualTo("error NoSuchBox");
        assertThat(client.putUnsupported("b", "y")).isEqualTo("error UnsupportedFd");
        client.seal("b");
        assertThat(client.put("b", "z", "two")).isEqualTo("error BoxSealed");
        assertThat(client.list("b")).isEqualTo("x");
        assertThat(client.unseal("b")).isEmpty();
        assertThat(client.take("b", "x")).isEqualTo("one");
    }

    @Test
    void getTakesAndKeepCopies() throws Exception {
        client.create("b");
        client.put("b", "x", "one");
        assertThat(client.copy("b", "x")).isEqualTo("one");
        assertThat(client.take("b", "x")).isEqualTo("one");
        assertThat(client.take("b", "x")).isEqualTo("error NoSuchFd");
        assertThat(client.list("b")).isEmpty();
        client.put("b", "x", "two");
        client.seal("b");
        assertThat(client.take("b", "x")).isEqualTo("error BoxSealed");
        assertThat(client.copy("b", "x")).isEqualTo("error BoxSealed");
        assertThat(client.drop("b", "x")).isEqualTo("error BoxSealed");
    }

    @Test
    void dropLetsGo() throws Exception {
        client.create("b");
        client.put("b", "x", "one");
        assertThat(client.drop("b", "x")).isEmpty();
        assertThat(client.drop("b", "x")).isEqualTo("error NoSuchFd");
    }

    @Test
    void sealAsksEveryHandler() throws Exception {
        client.create("b");
        assertThat(client.unseal("b")).isEqualTo("error BoxNotSealed");
        client.put("b", "x", "one");
        client.putPipeEnd("b", "lonely");
        assertThat(client.seal("b")).isEqualTo("error HandlerRefused");
        assertThat(client.put("b", "y", "the box stayed open")).isEmpty();
        client.drop("b", "lonely");
        assertThat(client.seal("b")).isEmpty();
        assertThat(client.seal("b")).isEqualTo("error BoxSealed");
        assertThat(client.unseal("b")).isEmpty();
        assertThat(client.unseal("b")).isEqualTo("error BoxNotSealed");
    }

    @Test
    void onlySealedBoxesAreHandedOverAndTheyComeBackSealed() throws Exception {
        client.create("b");
        client.put("b", "x", "survives");
        client.seal("b");
        client.create("open");
        client.put("open", "y", "does not");
        assertThat(client.save()).isEqualTo("open");
        daemon.kill();
        daemon.close();
        startDaemon();
        assertThat(client.list("open")).isEqualTo("error NoSuchBox");
        assertThat(client.list("b")).isEqualTo("x");
        assertThat(client.take("b", "x")).isEqualTo("error BoxSealed");
        assertThat(client.unseal("b")).isEmpty();
        assertThat(client.take("b", "x")).isEqualTo("survives");
        daemon.kill();
        daemon.close();
        startDaemon();
        assertThat(client.list("b")).isEqualTo("error NoSuchBox");
    }

    @Test
    void everyKindHasANamedHandler() throws Exception {
        assertThat(client.handlers().split(" ")).contains(
                "memfd", "eventfd", "pipe", "file", "directory", "char-device", "unix-listener",
                "block-device", "path", "fifo", "hugetlb-memfd", "unlinked-file", "namespace", "bpf", "tap",
                "connected-socket");
    }
}
