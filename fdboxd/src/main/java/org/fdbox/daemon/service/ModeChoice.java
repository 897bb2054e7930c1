package org.fdbox.daemon.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What can be had of what is wanted: whether the service manager keeps anything for this process.
final class ModeChoice {

    private static final Logger LOG = LoggerFactory.getLogger(ModeChoice.class);

    private ModeChoice() {}

    /// @param wanted empty: SAFE where systemd has a store for this service, else OFF
    /// @throws Survival.Unavailable if SAFE is wanted and there is no store
    static Mode of(Optional<Mode> wanted, Map<String, String> environment,
            Optional<ServiceManager> manager, Inheritance inheritance, Ledger ledger)
            throws Survival.Unavailable {
        boolean back = !inheritance.ledgers().isEmpty();
        Mode mode = wanted.orElse(back || isStoreLikely(environment) ? Mode.SAFE : Mode.OFF);
        if (mode == Mode.OFF) {
            return mode;
        }
        Optional<String> missing = manager.isEmpty()
                ? Optional.of("there is no service manager (NOTIFY_SOCKET)")
                : missing(manager.get(), inheritance.ledgers(), ledger);
        if (missing.isEmpty()) {
            return mode;
        }
        if (wanted.isPresent() && mode == Mode.SAFE) {
            throw new Survival.Unavailable("crashSurvival is \"safe\", and " + missing.get());
        }
        if (wanted.isPresent()) {
            LOG.warn("nothing survives a crash: {}", missing.get());
        }
        return Mode.OFF;
    }

    /// systemd 254 and later say so. Earlier ones say only that they started this process, and are asked.
    private static boolean isStoreLikely(Map<String, String> environment) {
        return environment.containsKey("FDSTORE")
                ? hasStore(environment)
                : Long.toString(ProcessHandle.current().pid()).equals(environment.get("SYSTEMD_EXEC_PID"));
    }

    /// Whether systemd says that there is one.
    static boolean hasStore(Map<String, String> environment) {
        return environment.getOrDefault("FDSTORE", "").matches("[1-9][0-9]*");
    }

    /// Has the ledgers stored that are not; says why not, if that cannot be done.
    private static Optional<String> missing(ServiceManager manager, Set<String> there, Ledger ledger) {
        try {
            List<OwnedFd> memfds = ledger.memfds();
            for (int i = 0; i < memfds.size(); i++) {
                if (!there.contains(Ids.LEDGERS.get(i))) {
                    manager.store(Ids.LEDGERS.get(i), memfds.get(i));
                }
            }
            if (there.size() == memfds.size() || Probe.hasRoom(manager)) {
                return Optional.empty();
            }
            Ids.LEDGERS.forEach(manager::remove);
            return Optional.of("the service manager has no store for this service, or too small a one: set"
                    + " FileDescriptorStoreMax= to 3 more than there are to be entries");
        } catch (SystemCallException | Probe.Unheard unheard) {
            return Optional.of(unheard.getMessage());
        }
    }
}
