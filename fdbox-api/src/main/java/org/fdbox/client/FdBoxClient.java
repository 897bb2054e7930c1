package org.fdbox.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A connection to a running fdboxd. Blocking; safe for use by several threads, whose calls then follow one another.
///
/// Every method throws [Refused], as the subclass that names the reason, if the daemon refuses, and
/// [ConnectionLostException] if it breaks off, after which the client can only be closed. The errors of each method are those of the interface file
/// org.fdbox.Store.varlink or org.fdbox.Handover.varlink.
public final class FdBoxClient implements AutoCloseable {

    private final Connection connection;

    private FdBoxClient(Connection connection) {
        this.connection = connection;
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
        try (OwnedFd own = socket.take()) {
            OpenFile.setStatusFlags(own, 0);
            return new FdBoxClient(new Connection(own.take()));
        }
    }

    /// Who answers: vendor, version, interfaces.
    public Reply.Info info() throws Refused, IOException {
        return (Reply.Info) call(new Request.GetInfo());
    }

    /// Makes an empty box of the caller's.
    ///
    /// @param mode permission bits; empty: 0700
    public void createBox(String name, OptionalInt mode) throws Refused, IOException {
        call(new Request.CreateBox(name, mode));
    }

    /// Makes an empty box that only its owner can use.
    public void createBox(String name) throws Refused, IOException {
        createBox(name, OptionalInt.empty());
    }

    /// Deletes a box and lets go of all it holds.
    ///
    /// @return how many entries it held
    public int deleteBox(String name) throws Refused, IOException {
        return ((Reply.Released) call(new Request.DeleteBox(name))).count();
    }

    /// The boxes that the caller has some right on.
    public List<BoxInfo> listBoxes() throws Refused, IOException {
        return ((Reply.Boxes) call(new Request.ListBoxes())).boxes();
    }

    /// Changes owner, group and mode; what is empty stays.
    public void setAccess(String box, OptionalInt owner, OptionalInt group, OptionalInt mode)
            throws Refused, IOException {
        call(new Request.SetAccess(box, owner, group, mode));
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
        return ((Reply.Stored) call(new Request.Put(box, name, 0, replace), List.of(fd))).entry();
    }

    /// Puts several, all or none.
    ///
    /// @param files by name, 253 at most; the descriptors stay the caller's
    public List<EntryInfo> putMany(String box, Map<String, OwnedFd> files, boolean replace)
            throws Refused, IOException {
        var offered = new ArrayList<Request.Offered>();
        files.keySet().forEach(name -> offered.add(new Request.Offered(name, offered.size())));
        var request = new Request.PutMany(box, offered, replace);
        return ((Reply.StoredMany) call(request, List.copyOf(files.values()))).entries();
    }

    /// A box with its entries.
    public synchronized Reply.Entries list(String box) throws Refused, IOException {
        var entries = new ArrayList<EntryInfo>();
        var last = (Reply.Entries) stream(new Request.ListEntries(box),
                page -> entries.addAll(((Reply.Entries) page).entries()));
        return new Reply.Entries(last.box(), entries);
    }

    /// Takes an entry out of its box. It is leased first and leaves the box when it has arrived here. If the daemon dies before it
    /// says so, the entry may have left, so what has arrived is returned all the same: it may come back in its box, and is never lost.
    ///
    /// @return owned by the caller
    public synchronized OwnedFd take(String box, String name) throws Refused, IOException {
        try (Lease lease = lease(box, List.of(name))) {
            try {
                lease.confirm();
            } catch (ConnectionLostException unanswered) {
                // The daemon was asked to let go, and perhaps did.
            }
            return lease.descriptors().get(name).take();
        }
    }

    /// A copy of an entry, which stays in its box.
    ///
    /// @return owned by the caller
    public synchronized OwnedFd copy(String box, String name) throws Refused, IOException {
        try (Connection.Received received = exchange(new Request.Get(box, name, true, false), List.of())) {
            return received.take(((Reply.Handed) received.reply()).file().fileDescriptor());
        }
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
        return new Lease(this, handed.lease().orElseThrow(), handed.descriptors());
    }

    private record Handed(Map<String, OwnedFd> descriptors, Optional<String> lease) {}

    private synchronized Handed handed(Request.GetMany request) throws Refused, IOException {
        try (Connection.Received received = exchange(request, List.of())) {
            var reply = (Reply.HandedMany) received.reply();
            requireAsked(request, reply);
            var descriptors = new LinkedHashMap<String, OwnedFd>();
            try {
                for (Reply.HandedEntry file : reply.files()) {
                    descriptors.put(file.entry().name(), received.take(file.fileDescriptor()));
                }
            } catch (ConnectionLostException incomplete) {
                descriptors.values().forEach(OwnedFd::close);
                throw incomplete;
            }
            return new Handed(descriptors, reply.lease());
        }
    }

    /// A daemon that hands out something else than what was asked for is not one to go on with.
    private void requireAsked(Request.GetMany request, Reply.HandedMany reply)
            throws ConnectionLostException {
        List<String> names = reply.files().stream().map(file -> file.entry().name()).toList();
        boolean asked =
                request.names().map(names::equals).orElse(names.stream().distinct().count() == names.size());
        if (!asked) {
            throw connection.lost("the daemon handed out " + names + " and was asked for "
                    + request.names().map(List::toString).orElse("each entry once"), null);
        }
        if (request.confirm() && reply.lease().isEmpty()) {
            throw connection.lost("the daemon handed out " + names + " without a lease", null);
        }
    }

    void confirm(String lease) throws Refused, IOException {
        call(new Request.Confirm(lease));
    }

    /// Lets go of an entry.
    public void drop(String box, String name) throws Refused, IOException {
        call(new Request.Drop(box, name));
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
        return ((Reply.Sealed) call(new Request.Seal(box, exclusive))).complete();
    }

    /// The processes other than the daemon that have an entry's file open.
    public Reply.HoldersFound holders(String box, String name) throws Refused, IOException {
        return (Reply.HoldersFound) call(new Request.Holders(box, name));
    }

    /// Unseals a box.
    public void unseal(String box) throws Refused, IOException {
        call(new Request.Unseal(box));
    }

    /// Copies ahead of the seal what would make the next save of a box long.
    ///
    /// @param progress told of every step, on the calling thread
    /// @return the last step
    public synchronized Reply.Prepared prepare(String box, Consumer<Reply.Prepared> progress)
            throws Refused, IOException {
        return (Reply.Prepared) stream(new Request.Prepare(box),
                step -> progress.accept((Reply.Prepared) step));
    }

    /// Writes every sealed box to a directory, durably.
    ///
    /// @param directory empty: the daemon's state directory
    /// @param progress told of every step, on the calling thread; must not use this client, but for closing it
    /// @return the last step, which says where the manifest lies and what was left out
    public synchronized Reply.Saved save(Optional<String> directory, Consumer<Reply.Saved> progress)
            throws Refused, IOException {
        return (Reply.Saved) stream(new Request.Save(directory), step -> progress.accept((Reply.Saved) step));
    }

    /// Several replies to one call. Whoever leaves before the last one leaves the connection of no more use.
    private Reply stream(Request request, Consumer<Reply> each) throws Refused, IOException {
        var call = new Call(request, true, false);
        connection.send(call, List.of());
        boolean whole = false;
        try {
            while (true) {
                try (Connection.Received received = connection.receive(call)) {
                    whole = !received.continues();
                    each.accept(received.reply());
                    if (whole) {
                        return received.reply();
                    }
                }
            }
        } catch (Refused refused) {
            whole = true;
            throw refused;
        } finally {
            if (!whole) {
                connection.abandon();
            }
        }
    }

    /// What the last recovery could and could not restore.
    public Reply.HandoverStatus status() throws Refused, IOException {
        return (Reply.HandoverStatus) call(new Request.Status());
    }

    /// The handlers that the daemon has.
    public List<Reply.HandlerInfo> handlers() throws Refused, IOException {
        return ((Reply.Handlers) call(new Request.ListHandlers())).handlers();
    }

    /// Becomes the handler of what nobody handles, to restore pending entries of that kind. This client can do nothing else
    /// afterwards: answers go through another one of the same user, by [#restored] or [#notRestored].
    ///
    /// @return closed by the caller; as long as it is open, this process is the handler
    public synchronized HandlerRegistration registerHandler(String compatible) throws Refused, IOException {
        return HandlerRegistration.begin(connection, compatible);
    }

    /// Answers a registered handler's request with what was made.
    ///
    /// @param id of [HandlerRegistration.ToRestore]
    /// @param fd stays the caller's
    public void restored(String id, OwnedFd fd) throws Refused, IOException {
        call(new Request.Restored(id, OptionalInt.of(0), Optional.empty()), List.of(fd));
    }

    /// Answers that it could not be made: the entry waits on.
    ///
    /// @param reason for people
    public void notRestored(String id, String reason) throws Refused, IOException {
        call(new Request.Restored(id, OptionalInt.empty(), Optional.of(reason)));
    }

    private Reply call(Request request) throws Refused, IOException {
        return call(request, List.of());
    }

    private synchronized Reply call(Request request, List<OwnedFd> descriptors) throws Refused, IOException {
        try (Connection.Received received = exchange(request, descriptors)) {
            return received.reply();
        }
    }

    private Connection.Received exchange(Request request, List<OwnedFd> descriptors)
            throws Refused, IOException {
        Call call = Call.of(request);
        connection.send(call, descriptors);
        return connection.receive(call);
    }

    /// Ends the connection; leases that were not confirmed return to their boxes. A call that another thread waits in
    /// ends with a [ConnectionLostException].
    @Override
    public void close() {
        if (connection.end()) {
            synchronized (this) {
                connection.close();
            }
        }
    }
}
