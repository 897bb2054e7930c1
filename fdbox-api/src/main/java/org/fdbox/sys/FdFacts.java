package org.fdbox.sys;

import java.util.Optional;

/// What can be known of a descriptor without reading it and without waiting for anybody: the questions by which a
/// handler recognises its kind. Each question is asked of the kernel once, when first needed. Not thread-safe.
public final class FdFacts {

    private static final int F_GETFL = 3;
    /// No path can be said, and none leads here.
    private static final String TOO_LONG = "/(a path longer than PATH_MAX)";

    private final OwnedFd fd;
    private Stat stat;
    private int flags = -1;
    private String link;
    private SocketFacts socket;

    /// @param fd stays the caller's and must stay open for as long as questions are asked
    public FdFacts(OwnedFd fd) {
        this.fd = fd;
    }

    /// @throws SystemCallException if the kernel refuses
    public Stat stat() {
        if (stat == null) {
            stat = Stat.of(fd);
        }
        return stat;
    }

    /// The status flags and the access mode (fcntl(2), F_GETFL), see [OpenFlags].
    public int flags() {
        if (flags < 0) {
            flags = (int) fd.must(SystemCall.FCNTL, F_GETFL, 0);
        }
        return flags;
    }

    /// What /proc/self/fd shows: a path, or for example "/memfd:ram (deleted)", "anon_inode:[eventfd]", "pipe:[123]".
    public String link() {
        if (link == null) {
            link = readLink();
        }
        return link;
    }

    /// Facts about a socket; only to be asked where [Stat#type()] says it is one.
    public SocketFacts socket() {
        if (socket == null) {
            socket = SocketFacts.of(fd);
        }
        return socket;
    }

    /// What a POSIX message queue tells of itself; empty for every other file. Looks like a regular file otherwise.
    public Optional<MessageQueue> messageQueue() {
        return stat().size() == MessageQueue.SIZE ? MessageQueue.of(fd) : Optional.empty();
    }

    private String readLink() {
        try {
            return OpenFile.link(fd.kernel(), OpenFile.place(fd));
        } catch (SystemCallException failed) {
            if (failed.errno() == Errno.ENAMETOOLONG) {
                return TOO_LONG;
            }
            throw failed;
        }
    }
}
