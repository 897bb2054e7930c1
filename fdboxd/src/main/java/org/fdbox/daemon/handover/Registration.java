package org.fdbox.daemon.handover;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.box.Waiting;
import org.fdbox.protocol.Reply;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One registered handler, which is asked for entry after entry, and for a few at a time: it may be slow, and then only what
/// waits for it waits. A thread of its own verifies payloads and asks; it ends with the last entry, or with the handler.
public final class Registration {

    /// How many requests may be open at once.
    public static final int MOST_OPEN = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;

    private final LateHandlers late;
    private final String compatible;
    private final PeerCredentials who;
    private final Semaphore room = new Semaphore(MOST_OPEN);
    /// Whoever has it asks, or gives up to ask; while it is paused, nobody does.
    private final Semaphore turn = new Semaphore(1);
    private BiPredicate<Reply.ToRestore, Optional<Parcel>> ask;
    /// What it is still to be asked; null if that is everything.
    private List<List<Waiting>> rest;
    /// Null before it began to ask.
    private Thread thread;

    Registration(LateHandlers late, String compatible, PeerCredentials who) {
        this.late = late;
        this.compatible = compatible;
        this.who = who;
    }

    /// A payload on its way; nobody needs it here afterwards.
    private record Payloads(List<OwnedFd> descriptors) implements Parcel {
        @Override
        public void sent() {
            descriptors.forEach(OwnedFd::close);
        }

        @Override
        public void failed() {
            descriptors.forEach(OwnedFd::close);
        }
    }

    public String compatible() {
        return compatible;
    }

    PeerCredentials who() {
        return who;
    }

    /// Says that it is registered, and begins to ask.
    ///
    /// @param ask sends one reply, and answers whether it took the parcel; never full while no more than [#MOST_OPEN] are open
    public void start(BiPredicate<Reply.ToRestore, Optional<Parcel>> ask) {
        ask.test(new Reply.ToRestore(Optional.empty()), Optional.empty());
        this.ask = ask;
        begin();
    }

    /// It was registered with another process: it has been told so, and is asked nothing before [#resume].
    ///
    /// @param ask as for [#start]
    public void startPaused(BiPredicate<Reply.ToRestore, Optional<Parcel>> ask) {
        this.ask = ask;
        // As long as nothing that is open can be answered: then it would be neither open nor finished with.
        this.rest = late.waitingFor(this);
        room.acquireUninterruptibly(Math.min(MOST_OPEN, open().size()));
        pause();
    }

    private void begin() {
        thread = Thread.ofPlatform().daemon().name("late-handler").start(this::askAll);
    }

    /// Asks nothing and changes nothing any more: what is open is on its way to the program, or there, and nothing else.
    public void pause() {
        turn.acquireUninterruptibly();
    }

    /// Goes on to ask.
    public void resume() {
        turn.release();
        if (thread == null) {
            begin();
        }
    }

    /// What the program was asked and has not answered.
    public List<RestoreRequest> open() {
        return late.open(this);
    }

    /// The program is gone.
    public void end() {
        LOG.info("{} is gone", this);
        late.remove(this);
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// One request less is open.
    void answered() {
        room.release();
    }

    private void askAll() {
        try {
            for (List<Waiting> group : rest == null ? late.waitingFor(this) : rest) {
                room.acquire();
                if (!ask(group)) {
                    return;
                }
            }
        } catch (InterruptedException gone) {
            // What was not asked waits on.
        } catch (RuntimeException fault) {
            LOG.error("{} could not be asked for everything", this, fault);
        }
    }

    /// Whether the handler is still there.
    private boolean ask(List<Waiting> group) throws InterruptedException {
        Waiting first = group.getFirst();
        var request = new RestoreRequest(id(), this, group);
        Optional<OwnedFd> payload;
        try {
            payload = late.payload(first);
        } catch (HandlerRefusal damaged) {
            return inTurn(() -> {
                late.refused(request, damaged.getMessage());
                return true;
            });
        }
        Map<String, Object> properties = Manifest.node(first.saved().get(EntryNode.PROPERTIES));
        var wanted = new Reply.WantedEntry(request.id(), first.box(), first.entry().name(), properties,
                payload.isPresent() ? OptionalInt.of(0) : OptionalInt.empty());
        Optional<Parcel> parcel = payload.map(fd -> new Payloads(List.of(fd)));
        boolean asked = false;
        try {
            asked = inTurn(() -> late.add(request)
                    && ask.test(new Reply.ToRestore(Optional.of(wanted)), parcel));
        } finally {
            if (!asked) {
                parcel.ifPresent(Parcel::failed);
            }
        }
        return asked;
    }

    /// What changes anything, as soon as it is not paused.
    private boolean inTurn(BooleanSupplier step) throws InterruptedException {
        turn.acquire();
        try {
            return step.getAsBoolean();
        } finally {
            turn.release();
        }
    }

    private static String id() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// For people.
    String origin() {
        return "uid=" + Integer.toUnsignedString(who.uid()) + " pid=" + who.pid();
    }

    @Override
    public String toString() {
        return "handler " + compatible + " (" + origin() + ")";
    }
}
