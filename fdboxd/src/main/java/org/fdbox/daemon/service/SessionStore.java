package org.fdbox.daemon.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service manager as the holder of LUO sessions from the end of the daemon to the kexec. systemd 261 and later carry such
/// sessions over and give them to the next start of the service; earlier ones close them before the kexec, which loses nothing but the
/// sessions.
public final class SessionStore implements Holder {

    private static final Logger LOG = LoggerFactory.getLogger(SessionStore.class);
    private static final String PREFIX = Ids.PREFIX + "luo-";
    private static final long PATIENCE_MILLIS = 30_000;

    private final Optional<UnixAddress> address;
    private final Map<String, OwnedFd> sessions = new LinkedHashMap<>();
    private final List<String> given;

    /// @param passed what came back from the store, by name; sessions are taken out of it
    public SessionStore(Map<String, String> environment, Map<String, OwnedFd> passed) {
        this.address = ModeChoice.hasStore(environment) ? Survival.address(environment) : Optional.empty();
        this.given = passed.keySet().stream().filter(name -> name.startsWith(PREFIX)).toList();
        given.forEach(name -> sessions.put(name.substring(PREFIX.length()), passed.remove(name)));
    }

    @Override
    public Map<String, OwnedFd> sessions() {
        return sessions;
    }

    @Override
    public boolean isThere() {
        return address.isPresent();
    }

    @Override
    public void hold(String name, OwnedFd session) {
        try (var manager = new ServiceManager(address.orElseThrow())) {
            manager.store(PREFIX + name, session);
            manager.barrier(PATIENCE_MILLIS);
        }
    }

    /// Everything is recovered: what came back is needed no more.
    public void clear() {
        if (given.isEmpty() || address.isEmpty()) {
            return;
        }
        try (var manager = new ServiceManager(address.get())) {
            given.forEach(manager::remove);
        } catch (SystemCallException unheard) {
            LOG.warn("the service manager was not told to let go of sessions: {}", unheard.getMessage());
        }
    }
}
