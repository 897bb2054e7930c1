package org.fdbox.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;

/// What a daemon is asked about handing over: saves, what came back, and who restores it. Got by [FdBoxClient#handover()],
/// whose connection it speaks over and with which it ends; blocking, and safe for use by several threads, as that is.
///
/// Every method throws [Refused], as the subclass that names the reason, if the daemon refuses, and
/// [ConnectionLostException] if it breaks off. The errors of each method are those of the interface file
/// org.fdbox.Handover.varlink.
public final class HandoverClient {

    private final Calls calls;

    /// @param calls stay the caller's
    HandoverClient(Calls calls) {
        this.calls = calls;
    }

    /// Writes every sealed box to a directory, durably.
    ///
    /// @param directory empty: the daemon's state directory
    /// @param progress told of every step, on the calling thread; must not use this connection, but for closing its client
    /// @return the last step, which says where the manifest lies and what was left out
    public Reply.Saved save(Optional<String> directory, Consumer<Reply.Saved> progress)
            throws Refused, IOException {
        return (Reply.Saved) calls.stream(new Request.Save(directory),
                step -> progress.accept((Reply.Saved) step));
    }

    /// What the last recovery could and could not restore.
    public Reply.HandoverStatus status() throws Refused, IOException {
        return (Reply.HandoverStatus) calls.call(new Request.Status());
    }

    /// Has the daemon start its installed successor, which takes over. This connection goes on at the successor.
    ///
    /// @return who answers from now on
    public Reply.Upgraded upgrade() throws Refused, IOException {
        return (Reply.Upgraded) calls.call(new Request.Upgrade());
    }

    /// The handlers that the daemon has.
    public List<Reply.HandlerInfo> handlers() throws Refused, IOException {
        return ((Reply.Handlers) calls.call(new Request.ListHandlers())).handlers();
    }

    /// Becomes the handler of what nobody handles, to restore pending entries of that kind. This connection can do nothing else
    /// afterwards: answers go through another client of the same user, by [#restored] or [#notRestored].
    ///
    /// @return closed by the caller; as long as it is open, this process is the handler
    public HandlerRegistration registerHandler(String compatible) throws Refused, IOException {
        return calls.register(compatible);
    }

    /// Answers a registered handler's request with what was made.
    ///
    /// @param id of [HandlerRegistration.ToRestore]
    /// @param fd stays the caller's
    public void restored(String id, OwnedFd fd) throws Refused, IOException {
        calls.call(new Request.Restored(id, OptionalInt.of(0), Optional.empty()), List.of(fd));
    }

    /// Answers that it could not be made: the entry waits on.
    ///
    /// @param reason for people
    public void notRestored(String id, String reason) throws Refused, IOException {
        calls.call(new Request.Restored(id, OptionalInt.empty(), Optional.of(reason)));
    }
}
