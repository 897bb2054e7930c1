package org.fdbox.daemon;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Stock;
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

    private Following(Setting setting, Standby standby, OwnedFd first, StateDirectory state,
            List<SocketFile> sockets, Recovered recovered, Parts parts) {
        this.setting = setting;
        this.standby = standby;
        this.first = first;
        this.state = state;
        this.sockets = sockets;
        this.recovered = recovered;
        this.parts = parts;
    }

    /// What was opened is closed if this throws, but for the standby itself.
    private static Following of(Setting setting, Standby standby)
            throws Broken, Refused, StateDirectory.Unusable, SocketFile.Unusable, Malformed, CannotStart,
            IOException {
        Recovered recovered = Recovered.of(standby.others().takeOne(Item.HANDOVER).values());
        OwnedFd first = standby.others().takeDescriptor(Item.PREDECESSOR);
        StateDirectory state = null;
        List<SocketFile> sockets = List.of();
        Parts parts = null;
        boolean all = false;
        try {
            state = Takings.stateDirectory(standby.others(), setting);
            sockets = Takings.sockets(standby.others());
            parts = Parts.of(setting, state, sockets, 0, Takings.kexec(setting));
            WarmUp.of(parts);
            standby.receive(parts.boxes().inventory());
            all = true;
            return new Following(setting, standby, first, state, sockets, recovered, parts);
        } finally {
            if (!all) {
                first.close();
                Optional.ofNullable(parts).ifPresent(Following::close);
                sockets.forEach(SocketFile::leave);
                Optional.ofNullable(state).ifPresent(StateDirectory::close);
            }
        }
    }

    private static void close(Parts parts) {
        parts.boxes().inventory().clear();
        parts.kexec().close();
    }

    /// Attaches to the daemon that runs.
    ///
    /// @return closed by the caller, unless it comes to serve
    static Following begin(Setting setting) throws CannotStart {
        Standby standby = null;
        boolean begun = false;
        try {
            standby = Standby.attach(setting.options().socket());
            Following following = of(setting, standby);
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

    /// Becomes the daemon, whatever cannot be had besides: nobody else has what is held here.
    Daemon serve(Daemon.Exit exit) {
        LOG.warn("the daemon has ended: serving in its place");
        try {
            parts.handover().follow(recovered);
        } catch (Malformed | IOException unreadable) {
            LOG.error("what was saved is not known, and what waits there is not saved again: {}",
                    unreadable.getMessage());
        }
        parts.kexec().bereave();
        Survival survival = survival();
        var daemon = new Daemon(parts, survival, parts.server(setting.config()),
                standby.others().takeUnknown(), setting, exit);
        first.close();
        standby.close();
        Takings.removePartials(state);
        daemon.serve();
        return daemon;
    }

    /// What this process's own service manager keeps for it from now on, if it does.
    private Survival survival() {
        Survival survival = opened();
        keep(survival);
        try {
            survival.begin(parts.boxes().inventory());
        } catch (SystemCallException full) {
            LOG.error("what happens from now on may not survive a crash: {}", full.getMessage());
        }
        survival.forgetSurvivors();
        parts.relay().join(survival.safekeeping());
        return survival;
    }

    private Survival opened() {
        try {
            return Survival.open(setting.config().crashSurvival(), setting.environment(),
                    Inherited.of(setting.environment()).stored(), setting.watcher()::accept);
        } catch (Survival.Unavailable | Malformed | SystemCallException unavailable) {
            LOG.error("nothing survives a crash from now on: {}", unavailable.getMessage());
            return Survival.none(setting.watcher()::accept);
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
        close(parts);
        first.close();
        sockets.forEach(SocketFile::leave);
        state.close();
    }
}
