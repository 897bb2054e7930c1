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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The successor's side of a take-over: [#begin], [#receive], [#commit], in this order. Owns all that arrives until it has its place.
/// Closing it before [#commit] has returned leaves everything with the predecessor, which serves on.
public final class Successor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Successor.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// From the end of the connection to that of the process, where it is dying.
    private static final Duration DYING = Duration.ofSeconds(5);
    private static final Request CALL = new Request.TakeOver(Stream.VERSIONS);

    private final Link link;
    private final ReceivedClients clients = new ReceivedClients();
    private final OtherItems others = new OtherItems();
    /// Null before there is a place for them.
    private ReceivedBoxes boxes;
    /// Null before it has come.
    private OwnedFd pledge;
    private boolean complete;

    private Successor(Link link) {
        this.link = link;
    }

    /// Connects to the daemon that is to be succeeded.
    ///
    /// @throws Broken if nobody serves there
    public static Successor of(UnixAddress address) throws Broken {
        try {
            return new Successor(new Link(UnixSocket.connect(address)));
        } catch (SystemCallException nobody) {
            throw new Broken("no daemon can be taken over at " + address + ": " + nobody.getMessage(),
                    nobody);
        }
    }

    /// Asks for everything, and receives what is known before anybody is stopped. The predecessor serves on, for as long as this one needs to
    /// prepare itself, within bounds.
    ///
    /// @throws Refused why it hands nothing over
    public void begin() throws Broken, Refused {
        link.send(Codec.encodeCall(new Call(CALL, true, false)), List.of(), PATIENCE);
        part();
        pledge = others.takeDescriptor(Item.PLEDGE);
    }

    /// Receives the rest.
    ///
    /// @param inventory where boxes and entries go; they are its own from then on
    /// @param stored told of those that somebody else keeps
    public void receive(Inventory inventory, Stored stored) throws Broken, Refused {
        boxes = new ReceivedBoxes(inventory, stored);
        while (!complete) {
            part();
        }
    }

    private void part() throws Broken, Refused {
        try (Frame frame = link.receive(PATIENCE)) {
            Codec.Answer answer = Codec.decodeReply(CALL, frame.bytes());
            Arriving.of(frame, ((Reply.Carried) answer.reply()).manifest(), this::apply);
            complete = !answer.continues();
        } catch (Malformed strange) {
            throw new Broken("what the predecessor sends makes no sense: " + strange.getMessage(), strange);
        }
    }

    private void apply(Item item) throws Broken {
        switch (item.is()) {
            case Item.BOX, Item.BOX_GONE, Item.ENTRY, Item.ENTRY_GONE -> {
                if (boxes == null) {
                    throw new Broken("boxes come too early");
                }
                boxes.apply(item);
            }
            case Item.CLIENT, Item.INPUT, Item.UNFINISHED, Item.OUTPUT, Item.LEASE -> clients.apply(item);
            default -> others.add(item);
        }
    }

    /// What is neither of boxes nor of clients.
    public OtherItems others() {
        return others;
    }

    public ReceivedClients clients() {
        return clients;
    }

    /// Becomes the daemon. When this returns, the predecessor serves nobody any more, and this one has to.
    ///
    /// @param predecessor its pidfd; stays the caller's
    /// @throws Refused or Broken if the predecessor serves on
    public void commit(OwnedFd predecessor) throws Broken, Refused {
        try {
            call(new Request.Commit());
        } catch (Broken silent) {
            if (!Pidfd.awaitEnd(predecessor, DYING) || !Pledge.stands(pledge)) {
                throw silent;
            }
            LOG.warn("the predecessor has died with everything handed over");
        }
        serving();
    }

    private void call(Request request) throws Broken, Refused {
        link.send(Codec.encodeCall(Call.of(request)), List.of(), PATIENCE);
        try (Frame answer = link.receive(PATIENCE)) {
            Codec.decodeReply(request, answer.bytes());
        } catch (Malformed strange) {
            throw new Broken("what the predecessor answers makes no sense: " + strange.getMessage(), strange);
        }
    }

    /// Now the predecessor may go; if this process ended before, it would serve again.
    private void serving() {
        try {
            link.send(Codec.encodeCall(new Call(new Request.Commit(), false, true)), List.of(), PATIENCE);
        } catch (Broken gone) {
            LOG.debug("the predecessor is gone already", gone);
        }
    }

    @Override
    public void close() {
        if (boxes != null) {
            boxes.close();
        }
        clients.close();
        if (pledge != null) {
            pledge.close();
        }
        others.close();
        link.close();
    }
}
