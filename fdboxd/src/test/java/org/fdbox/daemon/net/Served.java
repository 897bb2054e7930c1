package org.fdbox.daemon.net;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.daemon.support.Desk;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketBuffers;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A desk that is served, until a successor in the same process goes on with its connections.
final class Served implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(20);
    /// What whoever called Upgrade is told, in these tests.
    static final Reply UPGRADED = new Reply.Released(4711);

    private static final int MANY = 1_000_000;

    final Desk desk;
    final DescriptorBudget budget = new DescriptorBudget(MANY, 0);
    private final OwnedFd listener;
    private final UnixAddress address;
    private Server server;
    private boolean ended;

    /// @param folder where it listens
    Served(Desk desk, Path folder) {
        this.desk = desk;
        address = new UnixAddress(folder.resolve("socket").toString());
        listener = UnixSocket.listen(address, SocketFacts.STREAM, 10);
        OpenFile.setStatusFlags(listener, OpenFlags.NONBLOCK);
        server = made();
    }

    private Server made() {
        var policy = new PolicyInForce(Policy.of(new Limits(MANY, MANY, MANY, MANY, Limits.UNBOUNDED)));
        return new Server(desk.dispatcher, new Closer(new Backlog(MANY)),
                new Intake(policy, new Intake.Limits(MANY, MANY), budget), List.of(listener), LONG, 2);
    }

    Server running() {
        return server;
    }

    Served start() {
        server.start();
        return this;
    }

    Peer connect() {
        return new Peer(UnixSocket.connect(address));
    }

    /// A client of a user of the test's choice, whose socket is full soon. Only before the start.
    Peer join(PeerCredentials who) {
        return join(who, List.of(), new Next.Reads());
    }

    /// The same of one that another process was serving.
    Peer join(PeerCredentials who, List<SuspendedClient.Outbound> output, Next next) {
        return join(Caller.of(who), output, next);
    }

    /// The same of whoever holds a handle.
    Peer join(BoxHandle handle) {
        return join((Caller) handle, List.of(), new Next.Reads());
    }

    private Peer join(Caller caller, List<SuspendedClient.Outbound> output, Next next) {
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            Set<Long> inodes = caller instanceof BoxHandle
                    ? Set.of(Stat.of(pair.one()).inode(), Stat.of(pair.other()).inode())
                    : Set.of();
            OpenFile.setStatusFlags(pair.one(), OpenFlags.NONBLOCK);
            new SocketBuffers(OptionalInt.of(4608), OptionalInt.empty()).apply(pair.one());
            server.adopt(List.of(new SuspendedClient(pair.one().take(), caller, inodes,
                    new LeaseHolder(), List.of(), new Frame(new byte[0], List.of(), false), output, next,
                    List.of())), UPGRADED);
            return new Peer(pair.other().take());
        }
    }

    /// How everybody comes to be served again.
    enum Way {
        HERE {
            @Override
            void go(Served served) {
                served.server.resume();
            }
        },
        ELSEWHERE {
            @Override
            void go(Served served) {
                List<SuspendedClient> copies = served.clients.stream().map(Served::copy).toList();
                served.server.close();
                served.server = served.made();
                served.server.adopt(copies, UPGRADED);
                served.server.start();
            }
        };

        abstract void go(Served served);
    }

    private List<SuspendedClient> clients = List.of();

    List<SuspendedClient> suspend() throws Exception {
        clients = server.suspend(LONG);
        return clients;
    }

    /// Suspends everybody, who is served again, here or elsewhere.
    void pass(Way way) throws Exception {
        suspend();
        way.go(this);
    }

    /// With descriptors of its own, as another process gets them.
    private static SuspendedClient copy(SuspendedClient client) {
        return new SuspendedClient(client.socket().dup(), client.caller(), client.inodes(), client.leases(),
                client.input().stream().map(Served::copy).toList(), copy(client.unfinished()),
                client.output().stream()
                        .map(due -> new SuspendedClient.Outbound(due.bytes(), copies(due.descriptors())))
                        .toList(),
                client.next(), client.unread());
    }

    private static Frame copy(Frame frame) {
        return new Frame(frame.bytes(), copies(frame.descriptors()), frame.truncated());
    }

    private static List<OwnedFd> copies(List<OwnedFd> descriptors) {
        return descriptors.stream().map(OwnedFd::dup).toList();
    }

    List<SuspendedClient> clients() {
        return clients;
    }

    /// Ends the server.
    void end() {
        if (!ended) {
            ended = true;
            server.close();
        }
    }

    @Override
    public void close() {
        end();
        listener.close();
    }
}
