package org.fdbox.cli.demo;

import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A Unix socket that waits for connections.
final class Listener implements Exhibit {

    private static final int BACKLOG = 16;

    private final UnixAddress address;

    /// @param path where nothing is yet
    Listener(Path path) {
        this.address = new UnixAddress(path.toString());
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public String kind() {
        return "unix-listener";
    }

    @Override
    public String checked() {
        return "address; a client connects and is accepted";
    }

    @Override
    public OwnedFd open() {
        return UnixSocket.listen(address, SocketFacts.STREAM, BACKLOG);
    }

    @Override
    public void compare(OwnedFd back) throws Different {
        Different.unlessEqual("the address", Optional.of(address), SocketFacts.of(back).address());
        OpenFile.setStatusFlags(back, OpenFlags.NONBLOCK);
        try (OwnedFd _ = UnixSocket.connect(address);
                OwnedFd accepted =
                        UnixSocket.accept(back).orElseThrow(() -> new Different("nobody can be accepted"))) {
            long pid = ProcessHandle.current().pid();
            Different.unlessEqual("the client's pid", pid, (long) PeerCredentials.of(accepted).pid());
        }
    }
}
