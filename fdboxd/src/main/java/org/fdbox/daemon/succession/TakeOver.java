package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The predecessor's side of one take-over, on a thread of its own.
///
///     live ──> freezing ──> offered ──> committed ──> over
///       ▲          │           │            │
///       └──────────┴───────────┴────────────┘
///         the successor ended, did not go on in time, or called Abort
final class TakeOver {

    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);

    /// For the next part to find room, while everybody is served.
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// The same while nobody is, for what is being worked on to come to its end, and for the successor to commit.
    private static final Duration SHORT_PATIENCE = Link.SOON;

    private final Estate estate;
    private final Link link;
    private final int pid;
    private final Parts parts;
    private final Followed spare;
    private final Succession.Observer observer;
    private final Pledge pledge = new Pledge();
    private State state = State.LIVE;
    private boolean suspended;

    /// The spare that follows this daemon, if one does.
    interface Followed {
        /// @param now whether its acknowledgements are not waited for, since nobody reads them
        void hurry(boolean now);

        /// It lets go of all it has.
        void dismiss();
    }

    /// @param link stays the caller's
    /// @param pid of the successor; 0 if it has no number here
    /// @param observer told of TakeOver itself, and of Commit or Abort
    TakeOver(Estate estate, Link link, int version, int pid, Followed spare,
            Succession.Observer observer) {
        this.estate = estate;
        this.link = link;
        this.pid = pid;
        this.spare = spare;
        this.observer = observer;
        this.parts = new Parts(link, version, PATIENCE);
    }

    void run() {
        try (pledge; Process successor = new Process(pid)) {
            Optional<Estate.Hold> nobodySaves = hold();
            if (nobodySaves.isEmpty()) {
                return;
            }
            observer.begun();
            if (handsOver(successor)) {
                // Nobody lets go of the hold: whoever was succeeded must not save.
                estate.over();
            } else {
                nobodySaves.get().close();
            }
        }
    }

    private Optional<Estate.Hold> hold() {
        try {
            return Optional.of(estate.hold());
        } catch (Refused.HandoverInProgress saving) {
            observer.refused(saving);
            tell(Codec.encodeRefusal(saving));
            back(saving.getMessage());
            return Optional.empty();
        }
    }

    private boolean handsOver(Process successor) {
        try (Estate.Copying boxes = estate.copyBoxes()) {
            live(boxes);
            freezing(boxes);
            offered();
            committed(successor);
            return true;
        } catch (Refused refused) {
            tell(Codec.encodeRefusal(refused));
            back(refused.getMessage());
        } catch (Broken broken) {
            back(broken.getMessage());
        } catch (RuntimeException | Error fault) {
            LOG.error("the take-over failed", fault);
            back(String.valueOf(fault.getMessage()));
        }
        return false;
    }

    private void reach(State next) {
        state = next;
        estate.reached(next);
    }

    private void live(Estate.Copying boxes) throws Broken {
        LOG.info("a successor takes over: pid={}", pid);
        parts.add(pledge.item());
        parts.add(estate.fixtures());
        // With these the successor prepares itself, before it reads on.
        parts.flush();
        boxes.all(parts);
        // As little as possible is left for when nobody is served.
        link.awaitRead(PATIENCE);
        boxes.changes(parts);
        link.awaitRead(PATIENCE);
    }

    private void freezing(Estate.Copying boxes) throws Broken, Refused {
        reach(State.FREEZING);
        spare.hurry(true);
        List<Item> rest = estate.suspend(SHORT_PATIENCE);
        suspended = true;
        boxes.changes(parts);
        parts.add(rest);
        // Not before: until now it would serve if this process died. Not later: two would.
        spare.dismiss();
        parts.end();
    }

    private void offered() throws Broken, Refused {
        reach(State.OFFERED);
        switch (request()) {
            case Request.Commit commit -> observer.done(commit);
            case Request.Abort abort -> {
                observer.done(abort);
                tell(Codec.encodeReply(new Reply.Done(), false));
                throw new Broken("the successor called Abort");
            }
            default -> throw new Broken("the successor called neither Commit nor Abort");
        }
    }

    /// From here on there is no way back unless the successor ends before it says that it serves.
    private void committed(Process successor) throws Broken {
        reach(State.COMMITTED);
        estate.succeededBy(pid);
        link.send(Codec.encodeReply(new Reply.Done(), false), List.of(), SHORT_PATIENCE);
        try {
            link.receive(SHORT_PATIENCE).close();
        } catch (Broken silent) {
            if (successor.hasEnded()) {
                throw silent;
            }
            LOG.warn("the successor has committed and does not say that it serves: {}", silent.getMessage());
        }
        LOG.info("taken over: pid={}", pid);
    }

    private Request request() throws Broken {
        try (Frame frame = link.receive(SHORT_PATIENCE)) {
            Call call = Codec.decodeCall(frame.bytes());
            return call.request();
        } catch (Malformed | Refused strange) {
            throw new Broken("what the successor called makes no sense: " + strange.getMessage(), strange);
        }
    }

    private void back(String why) {
        LOG.warn("not taken over, and serving on: {}", why);
        try {
            pledge.takeBack();
        } finally {
            spare.hurry(false);
            if (suspended) {
                estate.resume();
            }
        }
        if (state != State.LIVE) {
            reach(State.LIVE);
        }
    }

    private void tell(byte[] message) {
        try {
            link.send(message, List.of(), SHORT_PATIENCE);
        } catch (Broken gone) {
            LOG.debug("nobody is there to be told", gone);
        }
    }

    /// The successor, as long as it can be seen from here.
    private static final class Process implements AutoCloseable {

        private final Optional<OwnedFd> pidfd;

        Process(int pid) {
            pidfd = open(pid);
        }

        private static Optional<OwnedFd> open(int pid) {
            try {
                return pid > 0 ? Optional.of(Pidfd.open(pid, false)) : Optional.empty();
            } catch (SystemCallException unseen) {
                return Optional.empty();
            }
        }

        boolean hasEnded() {
            return pidfd.isPresent() && Pidfd.awaitEnd(pidfd.get(), SHORT_PATIENCE);
        }

        @Override
        public void close() {
            pidfd.ifPresent(OwnedFd::close);
        }
    }
}
