package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `fdbox save --dir` with folders that cannot be used: people are told which, why, and what to do.
class SaveToFolderTest {

    @TempDir
    Path folder;

    private DaemonProcess daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonProcess.start(folder);
        try (FdBoxClient client = daemon.client(); OwnedFd memory = TestFds.memfd("kept")) {
            client.createBox("b");
            client.put("b", "x", memory);
            client.seal("b");
        }
    }

    @AfterEach
    void end() throws Exception {
        try (DaemonProcess ending = daemon) {
            try (FdBoxClient client = ending.client()) {
                client.deleteBox("b");
            }
            ending.assertNothingLeaked();
        }
    }

    private Shell.Result save(String directory) throws Exception {
        var command = new ArrayList<>(List.of("env", "-C", folder.toString()));
        command.addAll(Programs.cli("--socket", daemon.socket().toString(), "save", "--dir", directory));
        return Shell.run(command);
    }

    private void assertRefused(String directory, String... told) throws Exception {
        Shell.Result refused = save(directory);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err()).startsWith("fdbox: HandoverFailed: ").contains(told)
                .doesNotContain("java", "Exception");
    }

    @Test
    void aRelativePathIsTheCallersAndNotTheDaemons() throws Exception {
        Shell.Result saved = save("there");
        assertThat(saved.status()).as(saved.toString()).isZero();
        assertThat(folder.resolve("there/handover.json")).exists();
    }

    @Test
    void theDaemonItselfTakesNoRelativePath() throws Exception {
        try (RawClient raw = RawClient.connect(daemon)) {
            raw.send("{\"method\":\"org.fdbox.Handover.Save\",\"parameters\":{\"directory\":\"there\"}}\0");
            assertThat(raw.error()).isEqualTo("InvalidParameter");
        }
    }

    @ParameterizedTest
    @CsvSource({"/proc/fdbox, no such file or directory", "/proc/self/fdbox, no such file or directory",
        "/dev/null/x, Not a directory", "/dev/null, /dev/null"})
    void placesWhereThereCanBeNoFolder(String place, String why) throws Exception {
        assertRefused(place, place, why);
    }

    @Test
    void aFolderOfSomebodyElse() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can give a folder away");
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwx------"));
        Files.setAttribute(foreign, "unix:uid", 54_321);
        assertRefused("foreign", foreign.toString(), "belongs to uid 54321", "0700");
        assertThat(foreign).isEmptyDirectory();
    }

    @Test
    void aFolderThatOthersMayLookInto() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertRefused("open", open.toString(), "open to others", "0700");
        assertThat(open).isEmptyDirectory();
    }

    @Test
    void aFolderThatAnotherDaemonUses() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (DaemonProcess _ = DaemonProcess.start(other)) {
            assertRefused(DaemonProcess.state(other).toString(), "another fdboxd uses",
                    DaemonProcess.state(other).toString());
        }
    }

    @Test
    void aHandoverOfALaterFormatIsNotReplacedNorTouched() throws Exception {
        Path later = Files.createDirectory(folder.resolve("later"));
        Files.setPosixFilePermissions(later, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(later.resolve("handover.json"), "{\"compatible\":\"fdbox-v2\"}");
        Files.writeString(later.resolve("x.partial"), "the later version's");
        assertRefused("later", later + "/handover.json is not ours to replace", "fdbox-v2");
        assertThat(later.resolve("handover.json")).hasContent("{\"compatible\":\"fdbox-v2\"}");
        assertThat(later.resolve("x.partial")).exists();
    }
}
