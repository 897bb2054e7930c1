package org.fdbox.daemon.succession;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whoever wants to follow this daemon comes here: a successor at once, or a spare for later. One of each at a time.
public final class Succession {

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final Inventory inventory;
    private final Relay relay;
    private final Upgrader upgrader;
    /// Of whoever takes over.
    private final Semaphore turn = new Semaphore(1);
    private volatile Link successor;
    private final AtomicReference<Spare> spare = new AtomicReference<>();
    private volatile Estate estate;

    /// @param relay tells of changes of what is in the inventory
    public Succession(Inventory inventory, Relay relay, Upgrader upgrader) {
        this.inventory = inventory;
        this.relay = relay;
        this.upgrader = upgrader;
    }

    /// From now on there is something to be taken over.
    public void begin(Estate whole) {
        estate = whole;
    }

    /// The version of the stream to be spoken.
    ///
    /// @param theirs versions that the other understands, best first
    /// @throws Refused.HandoverFailed if none of them is spoken here
    public int version(List<Integer> theirs) throws Refused.HandoverFailed {
        OptionalInt version = Stream.choose(theirs);
        if (version.isEmpty()) {
            throw new Refused.HandoverFailed(Optional.empty(), Optional.empty(), "the other daemon speaks "
                    + theirs + " of the versions of the stream, and this one " + Stream.VERSIONS);
        }
        return version.getAsInt();
    }

    /// Told of each call on a connection that came here: once, when it is known what comes of it, on any thread.
    public interface Observer {
        /// The call that brought it here: what it asks for begins.
        void begun();

        /// Or it does not.
        void refused(Refused why);

        /// Another one, which was done.
        void done(Request call);

        /// The connection is closed, and was this side's until then: the last of all.
        void ended();
    }

    /// Hands everything over, on a thread of its own.
    ///
    /// @param socket the successor's connection, which nobody else reads; belongs to this from now on
    /// @param pid its number here; 0 if it has none
    /// @param observer told of the call that brought it here, and of those that follow
    public void takeOver(OwnedFd socket, int version, int pid, Observer observer) {
        run("take-over", socket, observer, link -> {
            if (estate == null || !turn.tryAcquire()) {
                refuse(link, new Refused.HandoverInProgress(), observer);
                return;
            }
            try {
                successor = link;
                new TakeOver(estate, link, version, pid, followed, observer).run();
            } finally {
                successor = null;
                turn.release();
            }
        });
    }

    /// Has a spare follow, on a thread of its own.
    ///
    /// @param socket its connection, which nobody else reads; belongs to this from now on
    /// @param pid its number here; 0 if it has none
    /// @param observer told of the call that brought it here, and of those that follow
    public void attach(OwnedFd socket, int version, int pid, Observer observer) {
        run("spare", socket, observer, link -> {
            Optional<Refused> refused = whyNoSpare();
            if (refused.isPresent()) {
                refuse(link, refused.get(), observer);
                return;
            }
            try (var one = new Spare(link, version, pid, inventory, relay)) {
                follow(one, link, observer);
            }
        });
    }

    private void follow(Spare one, Link link, Observer observer) {
        if (!spare.compareAndSet(null, one)) {
            refuse(link, new Refused.HandoverInProgress(), observer);
            return;
        }
        try {
            // Whoever takes over from now on finds this one.
            if (isUnderWay()) {
                refuse(link, new Refused.HandoverInProgress(), observer);
                return;
            }
            observer.begun();
            one.run(estate.fixtures());
        } finally {
            spare.set(null);
        }
    }

    private Optional<Refused> whyNoSpare() {
        if (estate == null || isUnderWay()) {
            return Optional.of(new Refused.HandoverInProgress());
        }
        return estate.keptElsewhere().map(
                by -> new Refused.HandoverFailed(Optional.empty(), Optional.empty(), by));
    }

    private boolean isUnderWay() {
        return turn.availablePermits() == 0;
    }

    /// This daemon is about to end by itself: nobody takes over from now on, and whoever is just about to does so before this returns, or not
    /// at all.
    public void end() {
        Link underWay = successor;
        if (underWay != null) {
            underWay.end();
        }
        turn.acquireUninterruptibly();
    }

    private interface Job {
        void with(Link link);
    }

    private static void run(String name, OwnedFd socket, Observer observer, Job job) {
        OwnedFd own = socket.take();
        Runnable whole = () -> {
            try (own; var link = new Link(own)) {
                job.with(link);
            } catch (RuntimeException fault) {
                LOG.error("a {} failed", name, fault);
            } finally {
                observer.ended();
            }
        };
        try {
            Thread.ofPlatform().name(name).daemon().start(whole);
        } catch (OutOfMemoryError noThread) {
            LOG.error("no thread can be had for a {}: {}", name, noThread.getMessage());
            own.close();
            observer.ended();
        }
    }

    private static void refuse(Link link, Refused refused, Observer observer) {
        observer.refused(refused);
        try {
            link.send(Codec.encodeRefusal(refused), List.of(), Link.SOON);
        } catch (Broken gone) {
            LOG.debug("nobody is there to be told", gone);
        }
    }

    /// The spare has everything up to a number.
    ///
    /// @throws Refused.NotFrozen if there is none
    public void acknowledged(long number) throws Refused.NotFrozen {
        Spare one = spare.get();
        if (one == null) {
            throw new Refused.NotFrozen();
        }
        one.acknowledged(number);
    }

    /// Whether a spare serves once this process has ended, which is about to be; one that is not ready to is let go of.
    public boolean leavesSpare() {
        Spare one = spare.get();
        if (one != null && !one.isOn()) {
            one.dismiss();
        }
        return one != null && one.isOn();
    }

    private final TakeOver.Followed followed = new TakeOver.Followed() {
        @Override
        public void hurry(boolean now) {
            Optional.ofNullable(spare.get()).ifPresent(one -> one.hurry(now));
        }

        @Override
        public void dismiss() {
            Optional.ofNullable(spare.get()).ifPresent(Spare::dismiss);
        }
    };

    /// Starts the installed successor. Returns only if that does not take over.
    ///
    /// @return why it did not
    public Refused.HandoverFailed upgrade() {
        return upgrader.run(this::isUnderWay);
    }
}
