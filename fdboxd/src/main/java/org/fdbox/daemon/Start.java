package org.fdbox.daemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.handover.Recheck;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.service.SessionStore;
import org.fdbox.daemon.service.Survival;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A start of its own: from what lies in the state directory, and what the service manager gives back.
final class Start {

    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    private final Setting setting;

    Start(Setting setting) {
        this.setting = setting;
    }

    /// Recovers and starts to serve. Whoever connects meanwhile waits in the sockets' backlog.
    ///
    /// @param steps told of each step by which the state directory is read or changed
    Daemon run(Step.Watcher steps, Daemon.Exit exit) throws CannotStart {
        StateDirectory state = null;
        Survival survival = null;
        Kexec kexec = null;
        List<SocketFile> sockets = List.of();
        boolean started = false;
        try {
            state = StateDirectory.open(setting.options().stateDirectory(), steps);
            Inherited inherited = Inherited.of(setting.environment());
            sockets = listen(inherited);
            var sessions = new SessionStore(setting.environment(), inherited.stored());
            kexec = new Kexec(setting.config().luo(), new LiveUpdate(), sessions);
            survival = survival(inherited);
            Parts parts = Parts.of(setting, state, sockets, survival.count(), kexec);
            recover(parts, survival);
            sessions.clear();
            var daemon =
                    new Daemon(parts, survival, parts.server(setting.config()), List.of(), setting, exit);
            daemon.serve();
            started = true;
            return daemon;
        } catch (StateDirectory.Unusable | SocketFile.Unusable unusable) {
            throw new CannotStart(unusable.getMessage());
        } catch (Malformed bad) {
            throw new CannotStart("the handover in " + setting.options().stateDirectory()
                    + " cannot be read: " + bad.getMessage());
        } catch (SystemCallException failed) {
            throw new CannotStart("a system call failed: " + failed.getMessage());
        } catch (IOException failed) {
            throw new CannotStart("the state directory " + setting.options().stateDirectory()
                    + " cannot be read: " + FileTrouble.of(failed));
        } finally {
            if (!started) {
                sockets.forEach(SocketFile::close);
                Optional.ofNullable(survival).ifPresent(Survival::close);
                Optional.ofNullable(kexec).ifPresent(Kexec::close);
                Optional.ofNullable(state).ifPresent(StateDirectory::close);
            }
        }
    }

    private void recover(Parts parts, Survival survival) throws IOException, Malformed {
        parts.relay().join(survival.safekeeping());
        parts.handover().recover(setting.options().acceptEdited(), survival.boxes(),
                Math.max(0, parts.budget().roomForEntries() - survival.count()),
                new Recheck.Rules(parts.policy(), ThisProcess.uid(),
                        setting.config().ownersMustBeKnown()));
        survival.begin();
        Report.of(parts.handover().status());
    }

    private Survival survival(Inherited inherited) throws CannotStart {
        try {
            Survival survival = Survival.open(setting.config().crashSurvival(), setting.environment(),
                    inherited.stored(), setting.watcher()::accept);
            LOG.info("crash survival: {}, {} descriptors came back", survival.mode().word(),
                    survival.count());
            return survival;
        } catch (Survival.Unavailable unavailable) {
            throw new CannotStart(unavailable.getMessage());
        } catch (Malformed bad) {
            throw new CannotStart("what the service manager keeps for this service cannot be read: "
                    + bad.getMessage() + "; it is still there");
        }
    }

    private List<SocketFile> listen(Inherited inherited) throws SocketFile.Unusable {
        var sockets = new ArrayList<SocketFile>();
        for (int number : inherited.sockets()) {
            sockets.add(SocketFile.inherited(number));
        }
        if (sockets.isEmpty()) {
            sockets.add(SocketFile.open(setting.options().socket(), setting.config().socketGroup()));
            LOG.info("listening at {}", setting.options().socket());
        } else {
            LOG.info("listening on {} inherited sockets", sockets.size());
        }
        return sockets;
    }
}
