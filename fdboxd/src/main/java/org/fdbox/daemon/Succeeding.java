package org.fdbox.daemon;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.net.Server;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.service.Adopted;
import org.fdbox.daemon.service.Survival;
import org.fdbox.daemon.succession.Broken;
import org.fdbox.daemon.succession.Item;
import org.fdbox.daemon.succession.Successor;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A start that takes over everything from the daemon that runs, which goes on if anything goes wrong here.
final class Succeeding {

    private static final Logger LOG = LoggerFactory.getLogger(Succeeding.class);

    private final Setting setting;
    private final Daemon.Exit exit;

    /// The moments at which this process may die, and the other serves on.
    private enum Stage {
        /// What is known before anybody is stopped is here.
        PREPARED,
        /// Everything is.
        RECEIVED,
        /// And in its place.
        INSTALLED,
        /// The other daemon ends.
        SUCCEEDED
    }

    Succeeding(Setting setting, Daemon.Exit exit) {
        this.setting = setting;
        this.exit = exit;
    }

    /// Takes over and serves.
    Daemon run() throws CannotStart {
        try (Successor successor = Successor.of(setting.options().socket())) {
            return from(successor);
        } catch (Broken broken) {
            throw new CannotStart(broken.getMessage());
        } catch (Refused refused) {
            throw new CannotStart("the running daemon does not hand over: " + refused.getMessage());
        } catch (StateDirectory.Unusable | SocketFile.Unusable | Survival.Unavailable unusable) {
            throw new CannotStart(unusable.getMessage());
        } catch (Malformed bad) {
            throw new CannotStart("what the running daemon hands over cannot be used: " + bad.getMessage());
        } catch (SystemCallException failed) {
            throw new CannotStart("a system call failed: " + failed.getMessage());
        } catch (IOException failed) {
            throw new CannotStart("the state directory " + setting.options().stateDirectory()
                    + " cannot be read: " + FileTrouble.of(failed));
        }
    }

    /// Whatever is opened here ends with this process, if nothing comes of it; the other daemon has all of it.
    private Daemon from(Successor successor) throws Broken, Refused, Malformed, IOException, CannotStart,
            StateDirectory.Unusable, SocketFile.Unusable, Survival.Unavailable {
        successor.begin();
        OwnedFd predecessor = successor.others().takeDescriptor(Item.PREDECESSOR);
        StateDirectory state = Takings.stateDirectory(successor.others(), setting);
        List<SocketFile> sockets = Takings.sockets(successor.others());
        Parts parts = Parts.of(setting, state, sockets, 0, Takings.kexec(setting));
        Takings.follow(successor.others(), parts);
        WarmUp.of(parts);
        WarmUp.suspending(parts);
        Takings.rehearseSurvival(setting);
        parts.handover().followMarks();
        setting.watcher().accept(Stage.PREPARED);

        var adopted = new Adopted();
        successor.receive(parts.boxes().inventory(), Takings.into(adopted));
        setting.watcher().accept(Stage.RECEIVED);
        Survival survival = Takings.survival(successor.others(), adopted, setting);
        Takings.kexec(successor.others(), parts);
        Takings.leaseCount(successor.others(), parts);
        parts.handover().followMarks();
        Server server = parts.server(setting.config());
        server.adopt(successor.clients().all(parts.boxes()), upgraded());
        var daemon = new Daemon(parts, survival, server, successor.others().takeUnknown(), setting, exit);
        setting.watcher().accept(Stage.INSTALLED);

        successor.commit(predecessor);
        setting.watcher().accept(Stage.SUCCEEDED);
        begin(parts, survival);
        predecessor.close();
        successor.close();
        Takings.removePartials(state);
        daemon.serve();
        return daemon;
    }

    private Reply.Upgraded upgraded() {
        return new Reply.Upgraded((int) ProcessHandle.current().pid(), setting.version());
    }

    /// Everything is this process's alone.
    private static void begin(Parts parts, Survival survival) {
        try {
            survival.begin(parts.boxes().inventory());
        } catch (SystemCallException full) {
            LOG.error("what happens from now on may not survive a crash: {}", full.getMessage());
        }
        parts.relay().join(survival.safekeeping());
        parts.watchers().announce(Happening.COMMITTED, OptionalLong.empty());
        LOG.info("took over everything from the daemon that ran");
    }
}
