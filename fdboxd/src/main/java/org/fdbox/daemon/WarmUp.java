package org.fdbox.daemon;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.fdbox.daemon.box.BoxStore;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.net.Server;
import org.fdbox.daemon.succession.Broken;
import org.fdbox.daemon.succession.ClientItems;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.UnixSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a client of its own for a moment, while nobody waits for it: who takes over from a running daemon must not make its clients
/// wait until Java has loaded and compiled what serves them.
final class WarmUp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int OWNER_ONLY = 0700;
    private static final int ROUNDS = 3000;
    private static final int REHEARSALS = 20;
    private static final String BOX = "warm-up";
    private static final Duration STALL = Duration.ofSeconds(10);

    private final OwnedFd socket;
    private final Courier courier = Courier.blocking();
    private final FrameReader reader = new FrameReader(Codec.MOST_BYTES);

    private WarmUp(OwnedFd socket) {
        this.socket = socket;
    }

    /// @param parts whose boxes are empty, and are so again afterwards
    static void of(Parts parts) {
        BoxStore store = parts.boxes().store();
        try (Server server = parts.server(List.of(), STALL, 1); UnixSocket.Pair pair = UnixSocket.pair()) {
            PeerCredentials self = PeerCredentials.of(pair.one());
            store.create(self, BOX, OWNER_ONLY);
            server.adopt(List.of(client(pair.one(), self)), new Reply.Done());
            server.start();
            try (var warmUp = new WarmUp(pair.other())) {
                warmUp.run();
            }
            store.delete(self, BOX, () -> {});
        } catch (Refused | Malformed | FrameReader.TooLong | RuntimeException cold) {
            LOG.warn("not warmed up, so the first requests will take longer", cold);
            parts.boxes().inventory().clear();
        }
    }

    /// Lets a connection of its own come to rest and go on, as all of them will have to.
    static void suspending(Parts parts) {
        try (Server server = parts.server(List.of(), STALL, 1); UnixSocket.Pair pair = UnixSocket.pair()) {
            server.adopt(List.of(client(pair.one(), PeerCredentials.of(pair.one()))), new Reply.Done());
            server.start();
            for (int i = 0; i < REHEARSALS; i++) {
                ClientItems.rehearse(server.suspend(STALL), parts.boxes());
                server.resume();
            }
        } catch (Refused | Malformed | Broken | RuntimeException cold) {
            LOG.warn("not rehearsed, so everybody will have to wait longer", cold);
        }
    }

    private static SuspendedClient client(OwnedFd socket, PeerCredentials self) {
        OpenFile.setStatusFlags(socket, OpenFlags.NONBLOCK);
        return new SuspendedClient(socket.take(), Caller.of(self), Set.of(), new LeaseHolder(), List.of(),
                new Frame(new byte[0], List.of(), false), List.of(), new Next.Reads(), List.of());
    }

    private void run() throws Refused, Malformed, FrameReader.TooLong {
        try (OwnedFd memfd = Memfd.create(BOX)) {
            for (int i = 0; i < ROUNDS; i++) {
                call(new Request.Put(BOX, "x", 0, false), List.of(memfd));
                call(new Request.Get(BOX, "x", false, false), List.of());
            }
        }
    }

    private void call(Request request, List<OwnedFd> descriptors)
            throws Refused, Malformed, FrameReader.TooLong {
        courier.send(socket, Codec.encodeCall(Call.of(request)), 0, descriptors);
        Frame frame = reader.next();
        while (frame == null) {
            if (courier.receive(socket, reader) == Courier.Arrival.END) {
                throw new IllegalStateException("the connection has ended");
            }
            frame = reader.next();
        }
        try (Frame answer = frame) {
            Codec.decodeReply(request, answer.bytes());
        }
    }

    @Override
    public void close() {
        reader.close();
        courier.close();
    }
}
