package org.fdbox.spi;

import java.util.Optional;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// What a handler can use while it restores an entry.
public interface Restoration {

    /// Who put the entry: nothing may be opened for it that this user could not open.
    PeerCredentials putter();

    /// What was saved of its contents.
    ///
    /// @throws HandlerRefusal if nothing was
    PayloadReader payload() throws HandlerRefusal;

    /// A descriptor of the file that this entry shares with one that was restored before: another opening of one inode. There is
    /// then no need to fill a second one.
    ///
    /// @return owned by the handler
    Optional<OwnedFd> sameInode();

    /// Tells which inode holds the payload from now on, for entries that share it.
    ///
    /// @param fd stays the handler's; readable and writable
    void madeInode(OwnedFd fd);

    /// Leaves a descriptor for another entry of the same recovery, for example the other end of a pipe.
    ///
    /// @param fd belongs to the recovery from now on, which closes it at its end if nobody claims it
    void leave(String key, OwnedFd fd);

    /// Takes what another entry left.
    ///
    /// @return owned by the handler
    Optional<OwnedFd> claim(String key);
}
