package org.fdbox.test.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the audit costs a put and a take: daemons that differ in nothing else, in turn.
///
/// `mvn verify -DskipUnitTests -Dit.test=AuditBenchmark`; `-Dfdbox.bench.rounds=N` for other than 7 rounds.
@Timeout(3600)
class AuditBenchmark {

    private static final int WARM_UP = 60_000;
    private static final int PAIRS = 20_000;
    private static final List<String> EXTENTS = List.of("off", "control", "all");

    @TempDir
    Path folder;

    private Contender start(String extent) throws Exception {
        Path own = Files.createDirectory(folder.resolve(extent));
        Path config = Files.writeString(own.resolve("config"), "{\"audit\": \"" + extent + "\"}");
        return Contender.fdboxd(Pin.ONE_CORE, own, "--config", config.toString());
    }

    @Test
    void whatATellingCosts() throws Exception {
        CClient client = CClient.compiled(folder);
        var medians = new Medians();
        var daemons = new LinkedHashMap<String, Contender>();
        try {
            for (String extent : EXTENTS) {
                daemons.put(extent, start(extent));
                client.run(Pin.ONE_CORE, "pairs", "fdboxd", daemons.get(extent).socket(), WARM_UP);
            }
            for (int i = 0; i < Medians.ROUNDS; i++) {
                for (String extent : EXTENTS) {
                    medians.add(extent, client.run(Pin.ONE_CORE, "pairs", "fdboxd",
                            daemons.get(extent).socket(), PAIRS).get("p50"));
                }
            }
        } finally {
            daemons.values().forEach(Contender::close);
        }
        var table = new Table("audit", "audit", "put + take p50, µs", "of that without");
        for (String extent : EXTENTS) {
            table.row(extent, medians.of(extent) / 1e3, medians.of(extent) / medians.of("off"));
        }
        table.publish();
    }
}
