package org.fdbox.test.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.fdbox.test.survival.RealSystemd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What one more descriptor costs in systemd's store (FDSTORE=1), and in fdboxd, where as many are held. The systemd is a real one,
/// in namespaces of its own.
///
/// `mvn verify -DskipUnitTests -Dit.test=StoreBenchmark`; it needs root.
@Timeout(1800)
class StoreBenchmark {

    private static final int HELD = 4_000;
    private static final int COUNT = 200;
    private static final int WARM_UP = 60_000;

    @TempDir
    Path folder;

    @Test
    void againstSystemd() throws Exception {
        CClient client = CClient.compiled(folder);
        var medians = new Medians();
        int version;
        Path shared = Files.createDirectory(folder.resolve("shared"));
        try (RealSystemd systemd = RealSystemd.start(shared, HELD);
                Contender fdboxd =
                        Contender.fdboxd(Pin.ONE_CORE, Files.createDirectory(folder.resolve("fdboxd")))) {
            version = systemd.version();
            Files.copy(client.program(), shared.resolve("client"), StandardCopyOption.COPY_ATTRIBUTES);
            client.run(Pin.ONE_CORE, "pairs", "fdboxd", fdboxd.socket(), WARM_UP);
            for (int held : new int[]{0, HELD}) {
                for (int i = 0; i < Medians.ROUNDS; i++) {
                    medians.add("systemd" + held, systemd(systemd, shared, held));
                    String box = "box-" + held + "-" + i;
                    client.run(Pin.ONE_CORE, "hold", "fdboxd", fdboxd.socket(), box, "memfd", 0);
                    medians.add("fdboxd" + held, client.run(Pin.ONE_CORE, "next", "fdboxd", fdboxd.socket(),
                            box, held, COUNT).get("each"));
                }
            }
        }
        var table = new Table("one more in a store", "held", "systemd " + version + ", µs", "fdboxd, µs",
                "times as fast");
        for (int held : new int[]{0, HELD}) {
            double theirs = medians.of("systemd" + held);
            double ours = medians.of("fdboxd" + held);
            table.row(held, theirs / 1e3, ours / 1e3, theirs / ours);
        }
        table.publish();
    }

    private static double systemd(RealSystemd systemd, Path shared, int held) throws Exception {
        Path out = shared.resolve("out");
        Files.deleteIfExists(out);
        systemd.run("store.service", """
                [Unit]
                DefaultDependencies=no
                [Service]
                Type=oneshot
                NotifyAccess=main
                FileDescriptorStoreMax=%d
                ExecStart=/run/shared/client next systemd - - %d %d
                StandardOutput=file:/run/shared/out
                """.formatted(2 * HELD, held, COUNT));
        return CClient.read(out).get("each");
    }
}
