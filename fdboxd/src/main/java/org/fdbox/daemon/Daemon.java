package org.fdbox.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.OwnFiles;
import org.fdbox.daemon.dispatch.Watchers;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.Notice;
import org.fdbox.daemon.handover.Plugins;
import org.fdbox.daemon.handover.Recheck;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.net.Backlog;
import org.fdbox.daemon.net.Closer;
import org.fdbox.daemon.net.Intake;
import org.fdbox.daemon.net.Server;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.service.Moment;
import org.fdbox.daemon.service.Survival;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running daemon: its parts, made and ended in order.
final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /// Of one kind, in the log: more would drown the rest.
    private static final int MOST_LINES = 1000;

    private final StateDirectory state;
    private final Survival survival;
    private final PolicyInForce policy;
    private final Handover handover;
    private final Intake intake;
    private final List<SocketFile> sockets;
    private final Server server;

    /// Something about the machine keeps the daemon from starting; the message says what to do.
    static final class CannotStart extends Exception {
        private static final long serialVersionUID = 1L;

        CannotStart(String message) {
            super(message);
        }
    }

    private Daemon(
            StateDirectory state, Survival survival, PolicyInForce policy, Handover handover, Intake intake,
            List<SocketFile> sockets,
            Server server) {
        this.state = state;
        this.survival = survival;
        this.policy = policy;
        this.handover = handover;
        this.intake = intake;
        this.sockets = sockets;
        this.server = server;
    }

    /// Recovers and starts to serve. Whoever connects meanwhile waits in the sockets' backlog.
    ///
    /// @param steps told of each step by which the state directory is read or changed
    /// @param moments told of each by which an entry comes to survive a crash, or to be gone
    static Daemon start(Options options, Config config, Map<String, String> environment, String version,
            Step.Watcher steps, Consumer<Moment> moments) throws CannotStart {
        StateDirectory state = null;
        Survival survival = null;
        List<SocketFile> sockets = List.of();
        boolean started = false;
        try {
            state = StateDirectory.open(options.stateDirectory(), steps);
            HandlerRegistry handlers = handlers(config, environment);
            Inherited inherited = Inherited.of(environment);
            sockets = listen(options, config, inherited);
            survival = survival(config, environment, inherited, moments);
            Daemon daemon = recover(state, survival, handlers, sockets, options, config, version);
            daemon.server.start();
            started = true;
            return daemon;
        } catch (StateDirectory.Unusable | SocketFile.Unusable unusable) {
            throw new CannotStart(unusable.getMessage());
        } catch (Malformed bad) {
            throw new CannotStart(
                    "the handover in " + options.stateDirectory() + " cannot be read: " + bad.getMessage());
        } catch (SystemCallException failed) {
            throw new CannotStart("a system call failed: " + failed.getMessage());
        } catch (IOException failed) {
            throw new CannotStart(
                    "the state directory " + options.stateDirectory() + " cannot be read: "
                            + FileTrouble.of(failed));
        } finally {
            if (!started) {
                sockets.forEach(SocketFile::close);
                Optional.ofNullable(survival).ifPresent(Survival::close);
                Optional.ofNullable(state).ifPresent(StateDirectory::close);
            }
        }
    }

    private static Daemon recover(
            StateDirectory state, Survival survival, HandlerRegistry handlers, List<SocketFile> sockets,
            Options options,
            Config config, String version)
            throws IOException, Malformed {
        InstantSource clock = InstantSource.system();
        var budget = new DescriptorBudget(ThisProcess.descriptorLimit(),
                ThisProcess.openDescriptors() - survival.count());
        var policy = new PolicyInForce(config.policy());
        var closer = new Closer(new Backlog(ThisProcess.descriptorLimit()));
        var watchers = new Watchers();
        Boxes boxes = Boxes.empty(
                policy, budget, new EntryDisposal(closer, state.copies()), watchers, clock,
                survival.safekeeping());
        var notice = new Notice(watchers, clock);
        notice.setMost(config.handoverNotice());
        var handover =
                new Handover(handlers, state, boxes.seals(), policy, clock, notice, "fdboxd " + version);
        handover.recover(options.acceptEdited(), survival.boxes(),
                Math.max(0, budget.roomForEntries() - survival.count()),
                new Recheck.Rules(policy, ThisProcess.uid(), config.ownersMustBeKnown()));
        survival.begin();
        report(handover.status());
        var intake = new Intake(policy, config.intake(), budget);
        var self = new Dispatcher.Self(
                ThisProcess.uid(), new OwnFiles(addresses(sockets), state.root().toRealPath()), version);
        var server = new Server(
                new Dispatcher(boxes, handover, watchers, budget, clock, self),
                closer,
                intake,
                sockets.stream().map(SocketFile::listener).toList(),
                Duration.ofSeconds(config.stallSeconds()),
                config.threads());
        return new Daemon(state, survival, policy, handover, intake, sockets, server);
    }

    private static Survival survival(Config config, Map<String, String> environment, Inherited inherited,
            Consumer<Moment> moments) throws CannotStart {
        try {
            Survival survival =
                    Survival.open(config.crashSurvival(), environment, inherited.stored(), moments);
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

    private static HandlerRegistry handlers(Config config, Map<String, String> environment)
            throws CannotStart {
        Path plugins = config.pluginDirectory().orElse(Options.Defaults.plugins(environment));
        if (config.pluginDirectory().isPresent() && !Files.isDirectory(plugins)) {
            LOG.error("there is no plugin directory {}", plugins);
        }
        try {
            return HandlerRegistry.load(config.disabledHandlers(), Plugins.in(plugins));
        } catch (IOException | IllegalArgumentException | ServiceConfigurationError | LinkageError faulty) {
            throw new CannotStart("the handlers in " + plugins + " cannot be used: " + faulty.getMessage()
                    + "; mend the folder, or name another one by pluginDirectory");
        }
    }

    private static List<UnixAddress> addresses(List<SocketFile> sockets) {
        return sockets.stream()
                .flatMap(socket -> SocketFacts.of(socket.listener()).address().stream())
                .toList();
    }

    private static List<SocketFile> listen(Options options, Config config, Inherited inherited)
            throws SocketFile.Unusable {
        var sockets = new ArrayList<SocketFile>();
        for (int number : inherited.sockets()) {
            sockets.add(SocketFile.inherited(number));
        }
        if (sockets.isEmpty()) {
            sockets.add(SocketFile.open(options.socket(), config.socketGroup()));
            LOG.info("listening at {}", options.socket());
        } else {
            LOG.info("listening on {} inherited sockets", sockets.size());
        }
        return sockets;
    }

    private static void report(Reply.HandoverStatus status) {
        if (status.recoveredBoxes() > 0) {
            LOG.info("recovered boxes={} entries={} generation={}",
                    status.recoveredBoxes(), status.recoveredEntries(), status.generation());
        }
        report("pending", status.pending());
        report("lost", status.lost());
    }

    private static void report(String what, List<Reply.Left> all) {
        all.stream().limit(MOST_LINES).forEach(left -> LOG.warn("{} {}", what, line(left)));
        if (all.size() > MOST_LINES) {
            LOG.warn("{} are {} more; 'fdbox status' shows all", what, all.size() - MOST_LINES);
        }
    }

    private static String line(Reply.Left left) {
        return "box=" + left.box() + left.name().map(name -> " entry=" + name).orElse("")
                + left.compatible().map(kind -> " kind=" + kind).orElse("") + ": " + left.reason();
    }

    /// Uses what can change while serving.
    void apply(Config config) {
        policy.set(config.policy());
        intake.setLimits(config.intake());
        handover.notice().setMost(config.handoverNotice());
        LogSetup.setLevel(config.logLevel());
    }

    /// Whether every thread that serves comes round within the time.
    boolean isAlive(Duration within) throws InterruptedException {
        return server.isAlive(within);
    }

    /// Gives notice, and serves for as long as that takes; then stops serving, saves, and says what goes with this process. Whoever
    /// watches is told until the end.
    ///
    /// @param progress told how far the save is
    /// @return whether every sealed box was saved
    boolean end(Consumer<SaveProgress> progress) {
        boolean saved;
        try (Notice.Plan plan = handover.notice().plan()) {
            server.quieten();
            sockets.forEach(SocketFile::close);
            saved = save(plan, progress);
        }
        server.close();
        survival.close();
        state.close();
        return saved;
    }

    private boolean save(Notice.Plan plan, Consumer<SaveProgress> progress) {
        try {
            Handover.Outcome outcome = handover.saveAtEnd(plan, progress);
            outcome.leftOut().forEach(left -> LOG.warn("not saved {}", line(left)));
            LOG.info("saved entries={} bytes={}", outcome.progress().entriesDone(),
                    outcome.progress().bytesDone());
            return outcome.failedBoxes() == 0;
        } catch (Refused | RuntimeException failed) {
            LOG.error("nothing could be saved: {}; the last complete handover is kept", failed.getMessage(),
                    failed);
            return false;
        }
    }
}
