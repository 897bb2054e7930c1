package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.List;
import org.fdbox.daemon.box.Inventory;
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
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A hot spare's own side: it gets all that a daemon holds, and each change, until that daemon is gone. Owns all of it until somebody
/// takes it.
public final class Standby implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// Between two changes there may be any time.
    private static final Duration FOR_EVER = Duration.ofDays(3650);
    /// From the end of the connection to that of the process, where it is dying.
    private static final Duration DYING = Duration.ofSeconds(5);
    private static final Request CALL = new Request.Attach(Stream.VERSIONS);

    private final Link changes;
    private final Link acknowledgements;
    private final OtherItems others = new OtherItems();
    /// Null before there is a place for them.
    private ReceivedBoxes boxes;
    /// Null before it has come.
    private OwnedFd pledge;
    private boolean complete;
    private boolean over;
    /// Somebody waits until this is known to be here.
    private boolean awaited;

    private Standby(Link changes, Link acknowledgements) {
        this.changes = changes;
        this.acknowledgements = acknowledgements;
    }

    /// Attaches to the daemon that serves, and receives what is needed to prepare a place for all that it holds.
    ///
    /// @throws Broken if nobody serves there, or the daemon broke off
    /// @throws Refused if it takes no spare
    public static Standby attach(UnixAddress address) throws Broken, Refused {
        Link changes = connect(address);
        Standby standby = null;
        boolean attached = false;
        try {
            standby = new Standby(changes, connect(address));
            changes.send(Codec.encodeCall(new Call(CALL, true, false)), List.of(), PATIENCE);
            standby.next(PATIENCE);
            standby.pledge = standby.others.takeDescriptor(Item.PLEDGE);
            attached = true;
            return standby;
        } finally {
            if (!attached && standby != null) {
                standby.close();
            } else if (!attached) {
                changes.close();
            }
        }
    }

    private static Link connect(UnixAddress address) throws Broken {
        try {
            return new Link(UnixSocket.connect(address));
        } catch (SystemCallException nobody) {
            throw new Broken("no daemon serves at " + address + ": " + nobody.getMessage(), nobody);
        }
    }

    /// Receives all that the daemon holds.
    ///
    /// @param inventory where boxes and entries go; they are its own from then on
    public void receive(Inventory inventory) throws Broken, Refused {
        boxes = new ReceivedBoxes(inventory, Stored.NOWHERE);
        while (!complete) {
            next(PATIENCE);
        }
    }

    /// Follows the daemon for as long as it goes on.
    ///
    /// @param first its pidfd; stays the caller's
    /// @return whether its process has ended: then, and only then, this one has to serve
    public boolean follow(OwnedFd first) {
        try {
            while (!over) {
                next(FOR_EVER);
            }
            return false;
        } catch (Broken | Refused gone) {
            return Pidfd.awaitEnd(first, DYING) && Pledge.stands(pledge);
        }
    }

    private void next(Duration patience) throws Broken, Refused {
        try (Frame frame = changes.receive(patience)) {
            Codec.Answer answer = Codec.decodeReply(CALL, frame.bytes());
            var changed = (Reply.Changed) answer.reply();
            Arriving.of(frame, changed.change(), this::apply);
            if (awaited) {
                awaited = false;
                acknowledge(changed.number());
            }
        } catch (Malformed strange) {
            throw new Broken("what the daemon sends makes no sense: " + strange.getMessage(), strange);
        }
    }

    /// Where that is not heard, the daemon is gone, or lets go of this spare: what it sent is here, whatever comes.
    private void acknowledge(long number) {
        try {
            acknowledgements.send(Codec.encodeCall(new Call(new Request.Ack(number), false, true)), List.of(),
                    PATIENCE);
        } catch (Broken unheard) {
            // The other connection says what is the matter.
        }
    }

    private void apply(Item item) throws Broken {
        switch (item.is()) {
            case Item.BOX, Item.BOX_GONE, Item.ENTRY, Item.ENTRY_GONE, Item.RELEASED ->
                received().apply(item);
            case Item.KEPT -> {
                received().apply(item);
                awaited = true;
            }
            case Item.COMPLETE -> complete = true;
            case Item.OVER -> over = true;
            default -> others.add(item);
        }
    }

    /// What is not of boxes.
    public OtherItems others() {
        return others;
    }

    private ReceivedBoxes received() throws Broken {
        if (boxes == null) {
            throw new Broken("boxes come too early");
        }
        return boxes;
    }

    @Override
    public void close() {
        if (boxes != null) {
            boxes.close();
        }
        if (pledge != null) {
            pledge.close();
        }
        others.close();
        changes.close();
        acknowledgements.close();
    }
}
