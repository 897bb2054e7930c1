package org.fdbox.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A connection to a running fdboxd: what is asked about its boxes, and by [#handover()] what is asked about handing over.
/// Blocking; safe for use by several threads, whose calls then follow one another.
///
/// Every method throws [Refused], as the subclass that names the reason, if the daemon refuses, and
/// [ConnectionLostException] if it breaks off, after which the client can only be closed. The errors of
/// each method are those of the interface file org.fdbox.Store.varlink.
public final class FdBoxClient implements AutoCloseable {

    private final Calls calls;
    private final HandoverClient handover;

    private FdBoxClient(Connection connection) {
        this.calls = new Calls(connection);
        this.handover = new HandoverClient(calls);
    }

    /// Connects.
    ///
    /// @throws NoDaemonException if nobody listens there or this user may not connect
    public static FdBoxClient connect(UnixAddress address) throws NoDaemonException {
        try {
            return over(UnixSocket.connect(address));
        } catch (SystemCallException failed) {
            throw new NoDaemonException(address, failed);
        }
    }

    /// Speaks over a socket that is connected already.
    ///
    /// @param socket belongs to the client from now on, which makes it blocking
    public static FdBoxClient over(OwnedFd socket) {
        return over(socket, false);
    }

    /// Speaks over a socket that other processes have too. Closing the client leaves the connection to them, and its leases
    /// with it, and wakes nobody who waits in a call. All of them together have one call at a time.
    ///
    /// @param socket belongs to the client from now on, which makes it blocking for all of them
    public static FdBoxClient sharing(OwnedFd socket) {
        return over(socket, true);
    }

    private static FdBoxClient over(OwnedFd socket, boolean shared) {
        try (OwnedFd own = socket.take()) {
            OpenFile.setStatusFlags(own, 0);
            return new FdBoxClient(new Connection(own.take(), shared));
        }
    }

    /// Who answers: vendor, version, interfaces.
    public Reply.Info info() throws Refused, IOException {
        return (Reply.Info) calls.call(new Request.GetInfo());
    }

    /// What is asked about handing over, on this connection.
    ///
    /// @return the same each time; ends with this client
    public HandoverClient handover() {
        return handover;
    }

    /// Makes an empty box of the caller's.
    ///
    /// @param mode permission bits; empty: 0700
    public void createBox(String name, OptionalInt mode) throws Refused, IOException {
        calls.call(new Request.CreateBox(name, mode));
    }

    /// Makes an empty box that only its owner can use.
    public void createBox(String name) throws Refused, IOException {
        createBox(name, OptionalInt.empty());
    }

    /// Deletes a box and lets go of all it holds.
    ///
    /// @return how many entries it held
    public int deleteBox(String name) throws Refused, IOException {
        return ((Reply.Released) calls.call(new Request.DeleteBox(name))).count();
    }

    /// The boxes that the caller has some right on.
    public List<BoxInfo> listBoxes() throws Refused, IOException {
        return ((Reply.Boxes) calls.call(new Request.ListBoxes())).boxes();
    }

    /// Changes owner, group and mode; what is empty stays.
    public void setAccess(String box, OptionalInt owner, OptionalInt group, OptionalInt mode)
            throws Refused, IOException {
        calls.call(new Request.SetAccess(box, owner, group, mode));
    }

    /// Puts a copy of a descriptor into a box.
    ///
    /// @param fd stays the caller's, who closes it when it likes
    public EntryInfo put(String box, String name, OwnedFd fd) throws Refused, IOException {
        return put(box, name, fd, false);
    }

    /// @param replace whether an entry of that name may be replaced
    /// @param fd stays the caller's
    public EntryInfo put(String box, String name, OwnedFd fd, boolean replace) throws Refused, IOException {
        return ((Reply.Stored) calls.call(new Request.Put(box, name, 0, replace), List.of(fd))).entry();
    }

    /// Puts several, all or none.
    ///
    /// @param files by name, 253 at most; the descriptors stay the caller's
    public List<EntryInfo> putMany(String box, Map<String, OwnedFd> files, boolean replace)
            throws Refused, IOException {
        var offered = new ArrayList<Request.Offered>();
        files.keySet().forEach(name -> offered.add(new Request.Offered(name, offered.size())));
        var request = new Request.PutMany(box, offered, replace);
        return ((Reply.StoredMany) calls.call(request, List.copyOf(files.values()))).entries();
    }

    /// A box with its entries.
    public Reply.Entries list(String box) throws Refused, IOException {
        var entries = new ArrayList<EntryInfo>();
        var last = (Reply.Entries) calls.stream(new Request.ListEntries(box),
                page -> entries.addAll(((Reply.Entries) page).entries()));
        return new Reply.Entries(last.box(), entries);
    }

    /// Takes an entry out of its box. It is leased first and leaves the box when it has arrived here. If the daemon dies before it
    /// says so, the entry may have left, so what has arrived is returned all the same: it may come back in its box, and is never lost.
    ///
    /// @return owned by the caller
    public OwnedFd take(String box, String name) throws Refused, IOException {
        synchronized (calls) {
            try (Lease lease = lease(box, List.of(name))) {
                try {
                    lease.confirm();
                } catch (ConnectionLostException unanswered) {
                    // The daemon was asked to let go, and perhaps did.
                }
                return lease.descriptors().get(name).take();
            }
        }
    }

    /// A copy of an entry, which stays in its box.
    ///
    /// @return owned by the caller
    public OwnedFd copy(String box, String name) throws Refused, IOException {
        return calls.exchange(new Request.Get(box, name, true, false),
                received -> received.take(((Reply.Handed) received.reply()).file().fileDescriptor()));
    }

    /// Copies of several entries, all or none.
    ///
    /// @param names empty: everything in the box
    /// @return by name, in the order asked for; owned by the caller
    public Map<String, OwnedFd> copyMany(String box, Optional<List<String>> names)
            throws Refused, IOException {
        return handed(new Request.GetMany(box, names, true, false)).descriptors();
    }

    /// Takes several entries on lease, all or none: they leave the box when the lease is confirmed, and return to it if this
    /// client closes, or its process dies, before.
    ///
    /// @return closed by the caller, which closes the descriptors that nobody took out of it
    public Lease lease(String box, List<String> names) throws Refused, IOException {
        Handed handed = handed(new Request.GetMany(box, Optional.of(names), false, true));
        return new Lease(calls, handed.lease().orElseThrow(), handed.descriptors());
    }

    private Handed handed(Request.GetMany request) throws Refused, IOException {
        return calls.exchange(request, received -> Handed.of(request, received));
    }

    /// Lets go of an entry.
    public void drop(String box, String name) throws Refused, IOException {
        calls.call(new Request.Drop(box, name));
    }

    /// Seals a box.
    public void seal(String box) throws Refused, IOException {
        seal(box, false);
    }

    /// Seals a box.
    ///
    /// @param exclusive whether nobody else may have one of its files open: no other process, by a descriptor or a mapping
    /// (this one included, so what was put is to be closed before), and no other box
    /// @return with exclusive, whether every process could be looked into
    /// @throws Refused.FdBusy with exclusive, naming who has
    public Optional<Boolean> seal(String box, boolean exclusive) throws Refused, IOException {
        return ((Reply.Sealed) calls.call(new Request.Seal(box, exclusive))).complete();
    }

    /// Opens a handle: a connected socket that reaches one box, for whoever holds it. [#over] speaks over it.
    ///
    /// @param rights at most these; empty: all that the caller has
    /// @return owned by the caller
    /// @throws Refused.AccessDenied if the caller has none of these rights
    public OwnedFd open(String box, Optional<Set<HandleRight>> rights) throws Refused, IOException {
        return calls.exchange(new Request.OpenBox(box, rights),
                received -> received.take(((Reply.Opened) received.reply()).fileDescriptor()));
    }

    /// The processes other than the daemon that have an entry's file open.
    public Reply.HoldersFound holders(String box, String name) throws Refused, IOException {
        return (Reply.HoldersFound) calls.call(new Request.Holders(box, name));
    }

    /// Watches what happens to boxes, and to the daemon as a whole, from now on. This client can do nothing else afterwards.
    ///
    /// @param box empty: all that this user may list, at the time of each event
    /// @return closed by the caller, which closes this client too
    public Watch monitor(Optional<String> box) throws Refused, IOException {
        return calls.watch(new Request.Monitor(box));
    }

    /// Unseals a box.
    public void unseal(String box) throws Refused, IOException {
        calls.call(new Request.Unseal(box));
    }

    /// Copies ahead of the seal what would make the next save of a box long.
    ///
    /// @param progress told of every step, on the calling thread
    /// @return the last step
    public Reply.Prepared prepare(String box, Consumer<Reply.Prepared> progress)
            throws Refused, IOException {
        return (Reply.Prepared) calls.stream(new Request.Prepare(box),
                step -> progress.accept((Reply.Prepared) step));
    }

    /// Ends the connection; leases that were not confirmed return to their boxes. A call that another thread waits in
    /// ends with a [ConnectionLostException].
    @Override
    public void close() {
        calls.close();
    }
}
