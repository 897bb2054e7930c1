package org.fdbox.daemon;

import java.io.IOException;
import java.util.List;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.handover.Recovered;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.service.Survival;
import org.fdbox.daemon.succession.Broken;
import org.fdbox.daemon.succession.Item;
import org.fdbox.daemon.succession.Standby;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A hot spare: all that the running daemon holds is here too, ready to be served once that one has ended. Until then, closing it leaves
/// everything to that one.
final class Following implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    private final Setting setting;
    private final Standby standby;
    private final OwnedFd first;
    private final StateDirectory state;
    private final List<SocketFile> sockets;
    private final Recovered recovered;
    private final Parts parts;

    /// Nothing of what was received is kept if this throws.
    private Following(Setting setting, Standby standby)
            throws Broken, Refused, StateDirectory.Unusable, SocketFile.Unusable, Malformed, CannotStart,
            IOException {
        this.setting = setting;
        this.standby = standby;
        this.recovered = Recovered.of(standby.others().takeOne(Item.HANDOVER).values());
        this.first = standby.others().takeDescriptor(Item.PREDECESSOR);
        this.state = Takings.stateDirectory(standby.others(), setting);
        this.sockets = Takings.sockets(standby.others());
        this.parts = Parts.of(setting, state, sockets, 0);
        WarmUp.of(parts);
        standby.receive(parts.boxes().inventory());
    }

    /// Attaches to the daemon that runs.
    ///
    /// @return closed by the caller, unless it comes to serve
    static Following begin(Setting setting) throws CannotStart {
        Standby standby = null;
        boolean begun = false;
        try {
            standby = Standby.attach(setting.options().socket());
            var following = new Following(setting, standby);
            begun = true;
            return following;
        } catch (Broken broken) {
            throw new CannotStart(broken.getMessage());
        } catch (Refused refused) {
            throw new CannotStart("the running daemon takes no spare now: " + refused.getMessage());
        } catch (StateDirectory.Unusable | SocketFile.Unusable unusable) {
            throw new CannotStart(unusable.getMessage());
        } catch (Malformed | SystemCallException | IOException unusable) {
            throw new CannotStart(
                    "what the running daemon holds cannot be followed: " + unusable.getMessage());
        } finally {
            if (!begun && standby != null) {
                standby.close();
            }
        }
    }

    /// Waits until there is nothing to follow any more.
    ///
    /// @return whether the daemon has ended, so that this one has to serve
    boolean untilItEnds() {
        return standby.follow(first);
    }

    /// Becomes the daemon.
    Daemon serve(Daemon.Exit exit) throws CannotStart {
        try {
            LOG.warn("the daemon has ended: serving in its place");
            parts.handover().follow(recovered);
            Survival survival = survival();
            var daemon = new Daemon(parts, survival, parts.server(setting.config()),
                    standby.others().takeUnknown(), setting, exit);
            first.close();
            standby.close();
            daemon.serve();
            state.removePartials();
            return daemon;
        } catch (Malformed bad) {
            throw new CannotStart("what the daemon held cannot be served: " + bad.getMessage());
        } catch (IOException failed) {
            throw new CannotStart("the state directory " + state.root() + " cannot be read: "
                    + FileTrouble.of(failed));
        }
    }

    /// What this process's own service manager keeps for it from now on, if it does.
    private Survival survival() throws CannotStart, Malformed {
        try {
            Survival survival = Survival.open(setting.config().crashSurvival(), setting.environment(),
                    Inherited.of(setting.environment()).stored(), setting.watcher()::accept);
            keep(survival);
            survival.begin(parts.boxes().inventory());
            parts.relay().join(survival.safekeeping());
            return survival;
        } catch (Survival.Unavailable unavailable) {
            throw new CannotStart(unavailable.getMessage());
        }
    }

    private void keep(Survival survival) {
        try (Stock stock = parts.boxes().inventory().look(() -> {})) {
            List<Entry> entries =
                    stock.boxes().stream().flatMap(box -> box.entries().stream()).toList();
            survival.safekeeping().keep(entries);
        } catch (Refused unkept) {
            LOG.warn("what was held may not survive a crash: {}", unkept.getMessage());
        }
    }

    @Override
    public void close() {
        standby.close();
        parts.boxes().inventory().clear();
        first.close();
        sockets.forEach(SocketFile::leave);
        state.close();
    }
}
