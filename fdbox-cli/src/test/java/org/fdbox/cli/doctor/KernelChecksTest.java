package org.fdbox.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of the device that carries memory over a kexec.
class KernelChecksTest {

    @TempDir
    Path folder;

    @Test
    void withoutTheDeviceMemoryGoesThroughFiles() {
        Finding finding = KernelChecks.liveUpdate(folder.resolve("liveupdate"));
        assertThat(finding.level()).isEqualTo(Finding.Level.NOTE);
        assertThat(finding.text()).startsWith("no /").contains("liveupdate=on");
    }

    @Test
    void whoMayOpenItCanUseIt() throws Exception {
        Finding finding = KernelChecks.liveUpdate(Files.createFile(folder.resolve("liveupdate")));
        assertThat(finding.level()).isEqualTo(Finding.Level.OK);
        assertThat(finding.text()).contains("can be opened");
    }

    @Test
    void whoMayNotIsTold() throws Exception {
        assumeTrue(ThisProcess.uid() != 0, "root may open everything");
        Path device = Files.createFile(folder.resolve("liveupdate"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")));
        Finding finding = KernelChecks.liveUpdate(device);
        assertThat(finding.level()).isEqualTo(Finding.Level.NOTE);
        assertThat(finding.text()).contains("may not open it");
    }
}
