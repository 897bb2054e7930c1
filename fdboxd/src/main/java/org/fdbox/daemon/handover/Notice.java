package org.fdbox.daemon.handover;

import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.fdbox.protocol.Happening;

/// Tells programs that a save is coming, so that they can refresh and seal what they hold, and waits for them if the
/// configuration says so: as long as it says, and no longer than anybody watches. Everything is served meanwhile.
public final class Notice {

    private final Listeners listeners;
    private final InstantSource clock;
    private volatile Duration most = Duration.ZERO;

    /// Those who watch, whoever they are.
    public interface Listeners {
        /// Tells all of them.
        void announce(Happening what, OptionalLong deadlineUSec);

        /// Waits until nobody watches any more.
        ///
        /// @return whether it came to that within the time
        boolean awaitNobody(Duration most);
    }

    public Notice(Listeners listeners, InstantSource clock) {
        this.listeners = listeners;
        this.clock = clock;
    }

    /// How long whoever watches is waited for, from the next save on.
    public void setMost(Duration most) {
        this.most = most;
    }

    /// A save that was announced. Closing it without [#committed()] says that nothing came of it.
    public final class Plan implements AutoCloseable {

        private boolean committed;

        private Plan() {}

        void freezing() {
            tell(Happening.FREEZING);
        }

        void committed() {
            committed = true;
            tell(Happening.COMMITTED);
        }

        @Override
        public void close() {
            if (!committed) {
                tell(Happening.ABORTED);
            }
        }
    }

    /// Announces a save. May block, for as long as was set, if anybody watches.
    ///
    /// @return closed by the caller, once the save is over
    public Plan plan() {
        Duration wait = listeners.awaitNobody(Duration.ZERO) ? Duration.ZERO : most;
        long deadline = TimeUnit.MILLISECONDS.toMicros(clock.instant().plus(wait).toEpochMilli());
        listeners.announce(Happening.HANDOVER_PLANNED, OptionalLong.of(deadline));
        if (wait.isPositive()) {
            listeners.awaitNobody(wait);
        }
        return new Plan();
    }

    private void tell(Happening what) {
        listeners.announce(what, OptionalLong.empty());
    }
}
