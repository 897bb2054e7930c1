package org.fdbox.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.service.ServiceManager;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the service manager is told (sd_notify(3)) and asks for (sd_watchdog_enabled(3)). Without one, nothing happens.
final class Readiness {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Optional<UnixAddress> manager;
    private final Optional<Duration> watchdog;

    Readiness(Map<String, String> environment) {
        this.manager = address(environment);
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = pid.isEmpty() || pid.equals(Long.toString(ProcessHandle.current().pid()));
        this.watchdog = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(text -> ours && text.matches("[1-9][0-9]{0,14}"))
                .map(text -> Duration.ofNanos(Long.parseLong(text) * 1000));
    }

    private static Optional<UnixAddress> address(Map<String, String> environment) {
        try {
            return ServiceManager.address(environment);
        } catch (IllegalArgumentException impossible) {
            LOG.warn("the service manager cannot be told anything: {}", impossible.getMessage());
            return Optional.empty();
        }
    }

    /// Whether there is a service manager.
    boolean isHeard() {
        return manager.isPresent();
    }

    /// How often a sign of life is expected, at the latest.
    Optional<Duration> watchdog() {
        return watchdog;
    }

    /// Another process is the service's main one from now on.
    ///
    /// @param pid 0 if it has no number here
    void succeededBy(int pid) {
        if (pid != 0) {
            tell("MAINPID=" + pid);
        }
    }

    /// @param assignments lines like READY=1
    void tell(String... assignments) {
        if (manager.isEmpty()) {
            return;
        }
        try (var conversation = new ServiceManager(manager.get())) {
            conversation.tell(String.join("\n", assignments));
        } catch (SystemCallException unheard) {
            LOG.warn("the service manager could not be told {}: {}", assignments[0], unheard.getMessage());
        }
    }
}
