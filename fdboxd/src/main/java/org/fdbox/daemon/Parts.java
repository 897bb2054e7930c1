package org.fdbox.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.dispatch.Audit;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.OwnFiles;
import org.fdbox.daemon.dispatch.Watchers;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.Notice;
import org.fdbox.daemon.handover.Plugins;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.net.Backlog;
import org.fdbox.daemon.net.Closer;
import org.fdbox.daemon.net.Intake;
import org.fdbox.daemon.net.Server;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.succession.Relay;
import org.fdbox.daemon.succession.Succession;
import org.fdbox.daemon.succession.Upgrader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of a daemon, wired by their constructors: its boxes are empty, and nobody is served.
///
/// @param relay tells of every change of the boxes
/// @param watchers those who called Monitor
/// @param kexec what the kernel carries over a kexec
record Parts(StateDirectory state, List<SocketFile> sockets, Relay relay, PolicyInForce policy,
        DescriptorBudget budget, Boxes boxes, Kexec kexec, Handover handover, Watchers watchers,
        Closer closer,
        Intake intake, Succession succession, Dispatcher dispatcher) {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /// @param state stays the caller's, like sockets and kexec
    /// @param surviving how many descriptors are open already that will be entries
    static Parts of(Setting setting, StateDirectory state, List<SocketFile> sockets, int surviving,
            Kexec kexec)
            throws CannotStart, IOException {
        Config config = setting.config();
        InstantSource clock = InstantSource.system();
        HandlerRegistry handlers = handlers(setting);
        var relay = new Relay();
        var budget = new DescriptorBudget(ThisProcess.descriptorLimit(),
                ThisProcess.openDescriptors() - surviving);
        var policy = new PolicyInForce(config.policy());
        var closer = new Closer(new Backlog(ThisProcess.descriptorLimit()));
        var watchers = new Watchers();
        Boxes boxes = Boxes.empty(
                policy, budget, new EntryDisposal(closer, state.copies()), watchers, clock, relay);
        var notice = new Notice(watchers, clock);
        notice.setMost(config.handoverNotice());
        var handover = new Handover(handlers, state, boxes.seals(), policy, clock, notice, kexec,
                "fdboxd " + setting.version());
        List<UnixAddress> addresses = addresses(sockets);
        var succession = new Succession(boxes.inventory(), relay,
                new Upgrader(setting.environment(), setting.arguments(), address(setting, sockets)));
        var self = new Dispatcher.Self(
                ThisProcess.uid(), new OwnFiles(addresses, state.root().toRealPath()), setting.version());
        var dispatcher = new Dispatcher(boxes, handover, watchers, budget, clock, self, succession,
                new Audit(config.audit()));
        return new Parts(state, sockets, relay, policy, budget, boxes, kexec, handover, watchers, closer,
                new Intake(policy, config.intake(), budget), succession, dispatcher);
    }

    /// @param listeners stay the caller's until it is closed
    Server server(List<OwnedFd> listeners, Duration stall, int threads) {
        return new Server(dispatcher, closer, intake, listeners, stall, threads);
    }

    /// Of those who connect.
    Server server(Config config) {
        return server(sockets.stream().map(SocketFile::listener).toList(),
                Duration.ofSeconds(config.stallSeconds()), config.threads());
    }

    /// Where a client finds it. What was moved into its place still knows the name under which it was made.
    private static String address(Setting setting, List<SocketFile> sockets) {
        SocketFile first = sockets.getFirst();
        return first.path().map(Path::toString)
                .or(() -> SocketFacts.of(first.listener()).address().map(UnixAddress::text))
                .orElse(setting.options().socket().text());
    }

    private static List<UnixAddress> addresses(List<SocketFile> sockets) {
        return sockets.stream()
                .flatMap(socket -> SocketFacts.of(socket.listener()).address().stream())
                .toList();
    }

    private static HandlerRegistry handlers(Setting setting) throws CannotStart {
        Config config = setting.config();
        Path plugins =
                config.pluginDirectory().orElse(Options.Defaults.plugins(setting.environment()));
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
}
