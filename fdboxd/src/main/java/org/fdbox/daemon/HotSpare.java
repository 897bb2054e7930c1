package org.fdbox.daemon;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a hot spare: it follows the daemon that runs, and the one after that, until none does; then it is the daemon.
final class HotSpare {

    private static final Logger LOG = LoggerFactory.getLogger(HotSpare.class);
    /// What the thread that follows says, among the signals.
    private static final String ENDED = "the daemon has ended";
    private static final String OVER = "there is nothing to follow here";
    private static final String HANG_UP = "HUP";
    /// Between two attempts to attach.
    private static final long PAUSE_MILLIS = 200;
    /// After these, there is nobody to attach to.
    private static final int MOST_ATTEMPTS = 150;

    private final Setting setting;
    private final Readiness readiness;
    private final BlockingQueue<String> signals;

    /// @param signals that came for this process
    HotSpare(Setting setting, Readiness readiness, BlockingQueue<String> signals) {
        this.setting = setting;
        this.readiness = readiness;
        this.signals = signals;
    }

    /// Follows until there is nothing to follow.
    ///
    /// @return empty if this process was told to end before
    /// @throws CannotStart if there is no daemon to follow, or none any more
    Optional<Daemon> untilItServes(Daemon.Exit exit) throws CannotStart {
        Following following = Following.begin(setting);
        while (true) {
            LOG.info("following the daemon at {}", setting.options().socket());
            readiness.tell("READY=1", "STATUS=Following the daemon at " + setting.options().socket());
            switch (await(following)) {
                case ENDED -> {
                    return Optional.of(following.serve(exit));
                }
                case OVER -> {
                    following.close();
                    Optional<Following> again = attachAgain();
                    if (again.isEmpty()) {
                        return Optional.empty();
                    }
                    following = again.get();
                }
                // It ends with this process, and the daemon goes on.
                default -> {
                    return Optional.empty();
                }
            }
        }
    }

    private String await(Following following) {
        Thread.ofPlatform().name("following").daemon().start(
                () -> signals.add(end(following)));
        try {
            String signal = signals.take();
            while (signal.equals(HANG_UP)) {
                LOG.info("a spare goes by the configuration that it was started with");
                signal = signals.take();
            }
            return signal;
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    private static String end(Following following) {
        try {
            return following.untilItEnds() ? ENDED : OVER;
        } catch (RuntimeException fault) {
            LOG.error("what the daemon sends cannot be followed", fault);
            return OVER;
        }
    }

    /// The daemon lives, or another one takes over from it: whoever serves can be followed soon.
    ///
    /// @return empty if this process was told to end meanwhile
    private Optional<Following> attachAgain() throws CannotStart {
        LOG.warn(
                "what was held here is thrown away: the daemon has let go of this spare, which attaches anew");
        for (int attempt = 1;; attempt++) {
            try {
                return Optional.of(Following.begin(setting));
            } catch (CannotStart notNow) {
                if (attempt == MOST_ATTEMPTS) {
                    throw notNow;
                }
            }
            if (toldToEnd()) {
                return Optional.empty();
            }
        }
    }

    private boolean toldToEnd() {
        try {
            String signal = signals.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return signal != null && !signal.equals(HANG_UP);
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }
}
