package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fdbox.protocol.Refused;

/// Everything of this daemon that a successor gets. A take-over touches the rest of the daemon through this alone.
public interface Estate {

    /// Keeps saves away, until it is closed.
    ///
    /// @throws Refused.HandoverInProgress if there is one
    Hold hold() throws Refused.HandoverInProgress;

    /// That nobody saves.
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /// What is known before anybody is stopped; its descriptors stay this object's.
    List<Item> fixtures();

    /// Who else keeps all of it, for people, so that a spare would be one too many: two that bring it back would hand it out twice.
    Optional<String> keptElsewhere();

    /// Begins to copy the boxes.
    ///
    /// @return closed by the caller
    Copying copyBoxes();

    /// The boxes, while another process gets a copy of them.
    interface Copying extends AutoCloseable {

        /// All of them, as they are at this moment.
        void all(Sink sink) throws Broken;

        /// What has changed since. Once more, when nothing changes any more.
        void changes(Sink sink) throws Broken;

        @Override
        void close();
    }

    /// Takes items on their way. Descriptors stay with whoever hands them over, who keeps them open until [#flush] has returned.
    @FunctionalInterface
    interface Sink {
        void add(Item item) throws Broken;

        /// Sends what has been added and is waiting for more.
        default void flush() throws Broken {
            // Nothing waits.
        }
    }

    /// Serves nobody any more, for a while.
    ///
    /// @param most how long it may take until all is at rest
    /// @return what is left when nothing changes any more: the clients, and what changes with them. Its descriptors stay this object's
    /// @throws Refused.HandoverFailed if something goes on for longer; everybody is served again
    List<Item> suspend(Duration most) throws Refused.HandoverFailed;

    /// Serves everybody again, as if nothing had been.
    void resume();

    /// Says how far it is, to whoever wants to know.
    void reached(State state);

    /// The other process is the daemon from now on. Called when it has everything, and before it serves.
    ///
    /// @param pid its number here; 0 if it has none
    void succeededBy(int pid);

    /// It serves: this process has nothing more to do.
    void over();
}
