package org.fdbox.spi;

import java.util.List;
import java.util.Map;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Knows one kind of descriptor. This interface alone is for kinds that survive only while somebody holds them open; one that
/// can be made again is a [PreservingHandler].
///
/// Every descriptor that is passed in stays the daemon's and must be neither closed nor kept.
public interface FdHandler {

    /// The name of what it saves, with a version, for example "fdbox,memfd-v1". One handler for each name.
    String compatible();

    /// The kind, for people, for example "memfd".
    String kind();

    /// How an entry of this kind survives at best.
    Survival survival();

    /// Whether a descriptor is of this kind. Called on the thread that serves clients: only ask the facts.
    boolean recognises(FdFacts facts);

    /// Whether examining or closing a descriptor of this kind may wait for a file system or a peer; then neither happens on
    /// the thread that serves clients.
    boolean mayBlock();

    /// Says at put how this very descriptor will survive, and proves it where it can.
    ///
    /// @param putter whose rights count when it is opened again
    /// @throws HandlerRefusal if it cannot be held
    default Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) throws HandlerRefusal {
        return Prospect.of(survival());
    }

    /// What can be told of a descriptor now; values as JSON has them (String, Long, Boolean, List, Map).
    Map<String, Object> describe(OwnedFd fd);

    /// Its box is about to be sealed. Undoes [#unseal] where that was called before; calling it twice does no harm.
    ///
    /// @param box everything in the box, this entry included
    /// @throws HandlerRefusal if the box must not be sealed as it is
    default void seal(Member self, List<Member> box) throws HandlerRefusal {}

    /// Its box is about to be unsealed, perhaps after a recovery. Undoes [#seal]; calling it twice does no harm.
    ///
    /// @throws HandlerRefusal if something needed is not there
    default void unseal(Member self, List<Member> box) throws HandlerRefusal {}
}
