package org.fdbox.daemon;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.Notice;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.daemon.net.Server;
import org.fdbox.daemon.net.SocketFile;
import org.fdbox.daemon.service.Mode;
import org.fdbox.daemon.service.Survival;
import org.fdbox.daemon.succession.Item;
import org.fdbox.protocol.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A daemon that serves, until it ends or is succeeded.
final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private final Parts parts;
    private final Survival survival;
    private final Server server;
    private final Holdings holdings;

    /// What others have to do when a successor takes over.
    ///
    /// @param succeeded told the pid of whoever is the daemon from now on
    /// @param over ends this process
    record Exit(IntConsumer succeeded, Runnable over) {}

    /// @param survival what it holds is kept by that, whatever happens to it
    /// @param server not started
    /// @param unknown what another version may make use of, to be handed on
    Daemon(Parts parts, Survival survival, Server server, List<Item> unknown, Setting setting, Exit exit) {
        this.parts = parts;
        this.survival = survival;
        this.server = server;
        this.holdings = new Holdings(parts, survival, server, unknown, exit.succeeded(), exit.over(),
                setting.watcher());
    }

    void serve() {
        parts.succession().begin(holdings);
        server.start();
        AfterKexec.save(parts.kexec(), parts.handover());
    }

    /// Uses what can change while serving.
    void apply(Config config) {
        parts.policy().set(config.policy());
        parts.intake().setLimits(config.intake());
        parts.handover().notice().setMost(config.handoverNotice());
        LogSetup.setLevel(config.logLevel());
        parts.dispatcher().audit().set(config.audit());
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
        parts.succession().end();
        boolean saved;
        try (Notice.Plan plan = parts.handover().notice().plan()) {
            server.quieten();
            // A spare goes on listening there.
            boolean followed = parts.succession().leavesSpare();
            parts.sockets().forEach(followed ? SocketFile::leave : SocketFile::close);
            parts.kexec().end(survival.mode() == Mode.OFF);
            saved = save(plan, progress);
        }
        parts.kexec().close();
        server.close();
        holdings.close();
        survival.close();
        parts.state().close();
        return saved;
    }

    private boolean save(Notice.Plan plan, Consumer<SaveProgress> progress) {
        try {
            Handover.Outcome outcome = parts.handover().saveAtEnd(plan, progress);
            outcome.leftOut().forEach(left -> LOG.warn("not saved {}", Report.line(left)));
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
