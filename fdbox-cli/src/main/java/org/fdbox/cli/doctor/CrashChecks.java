package org.fdbox.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.fdbox.sys.ThisProcess;

/// Whether entries survive a crash of the daemon: systemd is asked what it keeps for the unit.
final class CrashChecks {

    private static final String UNIT = "fdboxd.service";
    private static final String KEPT = "NFileDescriptorStore";
    private static final String ROOM = "FileDescriptorStoreMax";
    private static final Path SYSTEMD = Path.of("/run/systemd/system");
    private static final int MOST_SECONDS = 5;
    /// The ledgers of a daemon that has its entries kept.
    private static final int LEDGERS = 2;

    private CrashChecks() {}

    static List<Finding> all() {
        if (!Files.isDirectory(SYSTEMD)) {
            return List.of(Finding.note(
                    "a crash of the daemon loses what is not saved: there is no systemd here to keep it"));
        }
        try {
            return List.of(finding(show()));
        } catch (IOException | NumberFormatException unanswered) {
            return List.of(Finding.note("whether entries survive a crash cannot be asked of systemd: "
                    + unanswered.getMessage()));
        }
    }

    private static Map<String, String> show() throws IOException {
        var command = new ArrayList<>(List.of("systemctl"));
        if (ThisProcess.uid() != 0 && ownUnit()) {
            command.add("--user");
        }
        command.addAll(List.of("show", "-p", KEPT + "," + ROOM, UNIT));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no answer within " + MOST_SECONDS + " s");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(said.lines().findFirst().orElse("it failed"));
            }
            return said.lines().filter(line -> line.contains("="))
                    .collect(Collectors.toMap(line -> line.split("=")[0],
                            line -> line.substring(line.indexOf('=') + 1),
                            (first, _) -> first));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", ending);
        } finally {
            process.destroyForcibly();
        }
    }

    /// A user's daemon is a user's unit, if it is any.
    private static boolean ownUnit() {
        return Files.isDirectory(Path.of("/run/user/" + ThisProcess.uid() + "/systemd"));
    }

    static Finding finding(Map<String, String> unit) {
        int kept = Integer.parseInt(unit.getOrDefault(KEPT, "0"));
        int room = Integer.parseInt(unit.getOrDefault(ROOM, "0"));
        if (kept >= LEDGERS) {
            return Finding.ok("entries survive a crash of " + UNIT + ": systemd keeps " + (kept - LEDGERS)
                    + " descriptors of them, and may keep " + Math.max(0, room - LEDGERS - 1));
        }
        return Finding.note("a crash of " + UNIT + " loses what is not saved: systemd keeps nothing of it"
                + (room == 0 ? "; set FileDescriptorStoreMax= in the unit" : ""));
    }
}
