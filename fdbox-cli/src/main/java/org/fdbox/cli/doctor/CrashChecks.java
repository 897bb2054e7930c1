package org.fdbox.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;

/// Whether entries survive a crash of the daemon: systemd is asked what it keeps for the unit.
final class CrashChecks {

    /// The socket of a system's unit: of the one daemon, or of one by name.
    private static final Pattern SYSTEMS = Pattern.compile("/run/fdbox(?:-([A-Za-z0-9_-]+))?/[^/]+");
    private static final String KEPT = "NFileDescriptorStore";
    private static final String ROOM = "FileDescriptorStoreMax";
    private static final Path SYSTEMD = Path.of("/run/systemd/system");
    private static final int MOST_SECONDS = 5;
    /// The ledgers of a daemon that has its entries kept.
    private static final int LEDGERS = 2;

    private CrashChecks() {}

    /// @param unit its name
    /// @param ofUser whether a user's own service manager has it, and not the system's
    record Unit(String unit, boolean ofUser) {}

    /// @param address where the daemon should be
    static List<Finding> all(UnixAddress address) {
        if (!Files.isDirectory(SYSTEMD)) {
            return List.of(Finding.note(
                    "a crash of the daemon loses what is not saved: there is no systemd here to keep it"));
        }
        try {
            Unit unit = unit(address, ThisProcess.uid() != 0 && hasManager());
            return List.of(finding(unit.unit(), show(unit)));
        } catch (IOException | NumberFormatException unanswered) {
            return List.of(Finding.note("whether entries survive a crash cannot be asked of systemd: "
                    + unanswered.getMessage()));
        }
    }

    /// By its socket: what is not where the system's units have theirs is the user's own, where there is a manager for it.
    static Unit unit(UnixAddress address, boolean hasManager) {
        Matcher system = SYSTEMS.matcher(address.text());
        if (!system.matches()) {
            return new Unit("fdboxd.service", hasManager);
        }
        String name = system.group(1);
        return new Unit(name == null ? "fdboxd.service" : "fdboxd@" + name + ".service", false);
    }

    private static Map<String, String> show(Unit unit) throws IOException {
        var command = new ArrayList<>(List.of("systemctl"));
        if (unit.ofUser()) {
            command.add("--user");
        }
        command.addAll(List.of("show", "-p", KEPT + "," + ROOM, unit.unit()));
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

    private static boolean hasManager() {
        return Files.isDirectory(Path.of("/run/user/" + ThisProcess.uid() + "/systemd"));
    }

    static Finding finding(String unit, Map<String, String> answer) {
        int kept = Integer.parseInt(answer.getOrDefault(KEPT, "0"));
        int room = Integer.parseInt(answer.getOrDefault(ROOM, "0"));
        if (kept >= LEDGERS) {
            return Finding.ok("entries survive a crash of " + unit + ": systemd keeps " + (kept - LEDGERS)
                    + " descriptors of them, and may keep " + Math.max(0, room - LEDGERS - 1));
        }
        return Finding.note("a crash of " + unit + " loses what is not saved: systemd keeps nothing of it"
                + (room == 0 ? "; set FileDescriptorStoreMax= in the unit" : ""));
    }
}
