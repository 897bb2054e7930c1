package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a save, a preparation and a recovery take of the daemon's memory does not grow with the payload.
class FlatMemoryTest {

    private static final int MIB = 1 << 20;
    private static final int PAGE = 4096;
    private static final long LARGE = 384L * MIB;
    private static final long MOST_GROWTH = 96L * MIB;

    @TempDir
    Path folder;

    /// The most that a process ever had in memory, in bytes (proc_pid_status(5), VmHWM).
    private static long peak(DaemonProcess daemon) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + daemon.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static OwnedFd large() {
        OwnedFd memfd = Memfd.create("large");
        var bytes = new byte[MIB];
        new Random(5).nextBytes(bytes);
        for (long at = 0; at < LARGE; at += MIB) {
            Contents.write(memfd, bytes, at);
        }
        return memfd;
    }

    /// A terabyte with twenty thousand pages in it.
    private static OwnedFd scattered() {
        OwnedFd memfd = Memfd.create("scattered");
        OpenFile.truncate(memfd, 1L << 40);
        for (long i = 0; i < 20_000; i++) {
            Contents.write(memfd, new byte[]{1}, i * 13 * PAGE * PAGE % (1L << 40));
        }
        return memfd;
    }

    @Test
    void ofPreparingSavingAndRecovering() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder);
                FdBoxClient client = daemon.client();
                OwnedFd large = large();
                OwnedFd scattered = scattered()) {
            client.createBox("b");
            client.put("b", "large", large);
            client.put("b", "scattered", scattered);
            long before = peak(daemon);
            client.prepare("b", _ -> {});
            client.seal("b");
            client.handover().save(Optional.empty(), _ -> {});
            assertThat(peak(daemon) - before).isLessThan(MOST_GROWTH);
            daemon.kill();
        }
        long idle;
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (DaemonProcess other = DaemonProcess.start(elsewhere)) {
            idle = peak(other);
        }
        try (DaemonProcess successor = DaemonProcess.start(folder)) {
            assertThat(peak(successor) - idle).isLessThan(MOST_GROWTH);
        }
    }
}
