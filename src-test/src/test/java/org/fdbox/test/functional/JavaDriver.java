package org.fdbox.test.functional;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Poller;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.TestFds;

/// Through the Java client, a connection for each operation.
record JavaDriver(Path socket, Path folder) implements Driver {

    private interface Operation {
        String run(FdBoxClient client) throws Refused, IOException;
    }

    private String with(Operation operation) throws IOException {
        try (FdBoxClient client = FdBoxClient.connect(new UnixAddress(socket.toString()))) {
            return operation.run(client);
        } catch (Refused refused) {
            return "error " + refused.getClass().getSimpleName();
        }
    }

    private String put(String box, String name, OwnedFd fd) throws IOException {
        return with(client -> {
            client.put(box, name, fd);
            return "";
        });
    }

    @Override
    public String create(String box) throws IOException {
        return with(client -> {
            client.createBox(box);
            return "";
        });
    }

    @Override
    public String delete(String box) throws IOException {
        return with(client -> {
            client.deleteBox(box);
            return "";
        });
    }

    @Override
    public String put(String box, String name, String text) throws IOException {
        try (OwnedFd memfd = TestFds.memfd(text)) {
            return put(box, name, memfd);
        }
    }

    @Override
    public String putUnsupported(String box, String name) throws IOException {
        try (var _ = new Poller(); OwnedFd epoll = epoll()) {
            return put(box, name, epoll);
        }
    }

    /// Any of this process: none can be held.
    private static OwnedFd epoll() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            Path epoll = links.filter(JavaDriver::isEpoll).findFirst().orElseThrow();
            return OwnedFd.copyOf(Integer.parseInt(epoll.getFileName().toString()));
        }
    }

    private static boolean isEpoll(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().equals("anon_inode:[eventpoll]");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public String putPipeEnd(String box, String name) throws IOException {
        try (Pipe.Ends pipe = Pipe.create()) {
            return put(box, name, pipe.read());
        }
    }

    @Override
    public String take(String box, String name) throws IOException {
        return with(client -> {
            try (OwnedFd taken = client.take(box, name)) {
                return TestFds.text(taken);
            }
        });
    }

    @Override
    public String copy(String box, String name) throws IOException {
        return with(client -> {
            try (OwnedFd copied = client.copy(box, name)) {
                return TestFds.text(copied);
            }
        });
    }

    @Override
    public String list(String box) throws IOException {
        return with(client -> client.list(box).entries().stream()
                .map(EntryInfo::name)
                .collect(Collectors.joining(" ")));
    }

    @Override
    public String drop(String box, String name) throws IOException {
        return with(client -> {
            client.drop(box, name);
            return "";
        });
    }

    @Override
    public String seal(String box) throws IOException {
        return with(client -> {
            client.seal(box);
            return "";
        });
    }

    @Override
    public String unseal(String box) throws IOException {
        return with(client -> {
            client.unseal(box);
            return "";
        });
    }

    @Override
    public String save() throws IOException {
        return with(client -> {
            Reply.Saved saved = client.handover().save(Optional.empty(), _ -> {});
            return saved.leftOut().orElse(List.of()).stream().map(Reply.Left::box)
                    .collect(Collectors.joining(" "));
        });
    }

    @Override
    public String handlers() throws IOException {
        return with(client -> client.handover().handlers().stream()
                .map(Reply.HandlerInfo::kind)
                .collect(Collectors.joining(" ")));
    }
}
