package org.fdbox.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.dispatch.Audit;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.net.Intake;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.service.Mode;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;

/// The configuration file: one JSON object. docs/operations.md describes each key.
///
/// @param socketGroup who may connect besides the daemon's user
/// @param disabledHandlers by `compatible`
/// @param pluginDirectory where jars with further handlers are; empty: the default
/// @param threads that serve clients
/// @param stallSeconds how long a message or a reply may stay unfinished
/// @param crashSurvival what a put waits for; empty: safe where systemd has a store for this service, else off
/// @param luo what the kernel's Live Update Orchestrator is used for where it is there
/// @param handoverNotice how long programs that watch are waited for before a save
/// @param logLevel error, warn, info or debug
/// @param audit which events of the audit are logged
/// @param policy who may have how much
/// @param ownersMustBeKnown whether recovered boxes are withheld whose owner is not in the user database
/// @param intake how much may be unfinished
record Config(
        Optional<String> socketGroup,
        Set<String> disabledHandlers,
        Optional<Path> pluginDirectory,
        int threads,
        int stallSeconds,
        Optional<Mode> crashSurvival,
        Use luo,
        Duration handoverNotice,
        String logLevel,
        Audit.Extent audit,
        boolean ownersMustBeKnown,
        Policy policy,
        Intake.Limits intake) {

    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug");
    private static final Set<String> OWNERS = Set.of("accepted", "withheld");
    private static final Map<String, Mode> MODES =
            Map.of("off", Mode.OFF, "fast", Mode.FAST, "safe", Mode.SAFE);
    private static final Map<String, Use> USES = Map.of("off", Use.OFF, "auto", Use.AUTO, "only", Use.ONLY);
    private static final Map<String, Audit.Extent> EXTENTS = Map.of(
            "off", Audit.Extent.OFF, "refusals", Audit.Extent.REFUSALS,
            "control", Audit.Extent.CONTROL, "all", Audit.Extent.ALL);

    /// Everything that is wrong with a file, a line each.
    static final class Faulty extends Exception {
        private static final long serialVersionUID = 1L;

        Faulty(Path file, List<String> faults) {
            super(file + ":\n  " + String.join("\n  ", faults));
        }
    }

    static Config defaults() {
        return of(new Keys(Map.of(), "", new ArrayList<>()));
    }

    /// Reads a file, whole or not at all.
    static Config read(Path file) throws Faulty {
        var faults = new ArrayList<String>();
        try {
            var keys = new Keys(Json.readObject(Files.readAllBytes(file)), "", faults);
            Config config = of(keys);
            keys.refuseOthers();
            if (faults.isEmpty()) {
                return config;
            }
        } catch (Malformed bad) {
            faults.add("it is no JSON object: " + bad.getMessage());
        } catch (IOException unreadable) {
            faults.add("it cannot be read: " + FileTrouble.of(unreadable));
        }
        throw new Faulty(file, faults);
    }

    private static Config of(Keys keys) {
        int cores = Runtime.getRuntime().availableProcessors();
        Keys limits = keys.object("limits");
        var config = new Config(
                keys.group("socketGroup"),
                keys.handlers("disabledHandlers"),
                keys.path("pluginDirectory"),
                keys.number("threads", Math.min(4, cores), 1, 64),
                keys.number("stallSeconds", 30, 1, 3600),
                Optional.ofNullable(keys.choice("crashSurvival", MODES, null)),
                keys.choice("luo", USES, Use.AUTO),
                Duration.ofSeconds(keys.number("handoverNoticeSeconds", 0, 0, 300)),
                keys.oneOf("logLevel", "info", LEVELS),
                keys.choice("audit", EXTENTS, Audit.Extent.CONTROL),
                keys.oneOf("unknownOwners", "accepted", OWNERS).equals("withheld"),
                PolicyKeys.read(keys, PolicyKeys.forEach(limits)),
                new Intake.Limits(
                        limits.number("unfinishedBytesPerUid", 8 << 20, 1 << 10, 1 << 30),
                        limits.number("unfinishedBytes", 32 << 20, 1 << 10, 1 << 30)));
        limits.refuseOthers();
        return config;
    }
}
