package org.fdbox.daemon.succession;

import java.util.List;
import java.util.Set;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;

/// A connection between two moments of its service: all that another process needs to go on with it. Whoever made the record owns
/// its descriptors, unless it says otherwise.
///
/// @param caller who is asking: a process that connected, or whoever holds a handle
/// @param inodes of both ends of a handle's socket, of which only one is here; of other connections none
/// @param leases what it took and did not confirm yet
/// @param input whole messages that nobody has served yet, in their order; a request that has had no effect yet is one of them again
/// @param unfinished the beginning of a message, with what came with it so far; without bytes and descriptors if there is none
/// @param output what it has still to be sent, in this order
/// @param next what it is for once that has left
/// @param unread descriptors that it was sent and, as far as is known, has not read, the oldest first
public record SuspendedClient(
        OwnedFd socket, Caller caller, Set<Long> inodes, LeaseHolder leases, List<Frame> input,
        Frame unfinished,
        List<Outbound> output, Next next, List<Unread> unread)
        implements AutoCloseable {

    /// Closes its descriptors here. Whoever has duplicates, and the client, notice nothing of it.
    @Override
    public void close() {
        socket.close();
        input.forEach(Frame::close);
        unfinished.close();
        output.forEach(due -> due.descriptors().forEach(OwnedFd::close));
    }

    /// The rest of a reply, or a whole one.
    ///
    /// @param descriptors that go with the first byte
    public record Outbound(byte[] bytes, List<OwnedFd> descriptors) {}

    /// One sending that brought descriptors.
    public record Unread(int descriptors, int bytes) {}
}
