package org.fdbox.daemon.kexec;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.sys.Errno;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the last kernel left for one recovery. For one thread.
public final class Incoming implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    private final Optional<LiveUpdate> luo;
    private final AtomicBoolean onlyOne;
    private final Map<String, OwnedFd> inherited;
    private final Set<String> named;
    /// Those that were looked for; empty where there is none.
    private final Map<String, Optional<OwnedFd>> sessions = new HashMap<>();

    /// @param onlyOne set if contents were taken that are nowhere else
    Incoming(Optional<LiveUpdate> luo, Map<String, OwnedFd> inherited, Set<String> named,
            AtomicBoolean onlyOne) {
        this.luo = luo;
        this.onlyOne = onlyOne;
        this.inherited = inherited;
        this.named = new HashSet<>(named);
    }

    /// Where nothing comes that way.
    public static Incoming none() {
        return new Incoming(Optional.empty(), Map.of(), Set.of(), new AtomicBoolean());
    }

    /// A file as the last kernel left it: its contents and its size.
    ///
    /// @return owned by the caller; empty if it is not there
    public Optional<OwnedFd> take(Place place) {
        Optional<OwnedFd> session = session(place.session());
        if (session.isEmpty()) {
            return Optional.empty();
        }
        try {
            return LiveUpdate.retrieve(session.get(), place.token());
        } catch (SystemCallException refused) {
            if (refused.errno() == Errno.EINVAL) {
                LOG.info("session {} was made since the last boot: there was no kexec", place.session());
                session.get().close();
                sessions.put(place.session(), Optional.empty());
            } else {
                LOG.warn("file {} of session {} is read from disk: {}", place.token(), place.session(),
                        refused.getMessage());
            }
            return Optional.empty();
        }
    }

    /// What was taken is in no file.
    public void tookTheOnlyOne() {
        onlyOne.set(true);
    }

    private Optional<OwnedFd> session(String name) {
        named.remove(name);
        if (!sessions.containsKey(name)) {
            sessions.put(name, find(name));
        }
        return sessions.get(name);
    }

    private Optional<OwnedFd> find(String name) {
        if (inherited.containsKey(name)) {
            return Optional.of(inherited.remove(name));
        }
        if (luo.isEmpty()) {
            return Optional.empty();
        }
        try (OwnedFd device = luo.get().open()) {
            return LiveUpdate.retrieve(device, name);
        } catch (SystemCallException | IllegalArgumentException refused) {
            boolean absent = refused instanceof SystemCallException call
                    && (call.errno() == Errno.ENOENT || call.errno() == Errno.ENODEV);
            if (!absent) {
                LOG.warn("session {} cannot be had, so what is in it is read from disk: {}", name,
                        refused.getMessage());
            }
            return Optional.empty();
        }
    }

    /// Everything is recovered: the kernel lets go of what it has left, also of what nobody wanted.
    @Override
    public void close() {
        Set.copyOf(named).forEach(this::session);
        sessions.forEach((name, session) -> session.ifPresent(fd -> finish(name, fd)));
        sessions.clear();
        inherited.values().forEach(OwnedFd::close);
        inherited.clear();
    }

    private static void finish(String name, OwnedFd retrieved) {
        try (OwnedFd session = retrieved) {
            LiveUpdate.finish(session);
        } catch (SystemCallException refused) {
            LOG.warn("session {} is not finished; the kernel has its memory until the next boot: {}", name,
                    refused.getMessage());
        }
    }
}
