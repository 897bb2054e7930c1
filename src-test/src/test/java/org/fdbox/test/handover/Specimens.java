package org.fdbox.test.handover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// An open file of every kind that has a handler, each in a state that a new one would not have.
final class Specimens implements AutoCloseable {

    static final String WAITING = "waits in the pipe";
    private static final int SIZE = 3 << 20;

    private final Map<String, OwnedFd> byName = new LinkedHashMap<>();

    private Specimens() {}

    /// @param folder where files and sockets are made
    static Specimens in(Path folder) throws IOException {
        var specimens = new Specimens();
        specimens.memories();
        specimens.counters();
        specimens.pipe();
        specimens.files(folder);
        specimens.listeners(folder);
        return specimens;
    }

    /// By name; they stay this object's.
    Map<String, OwnedFd> byName() {
        return byName;
    }

    static UnixAddress path(Path folder) {
        return new UnixAddress(folder.resolve("listener").toString());
    }

    static UnixAddress abstractName() {
        return new UnixAddress("@fdbox-test-" + ProcessHandle.current().pid());
    }

    /// Random bytes, a hole of two megabytes, a few more, and a hole at the end.
    private static OwnedFd memory(String name) {
        OwnedFd memory = Memfd.create(name);
        var bytes = new byte[100_000];
        RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
        OpenFile.truncate(memory, SIZE);
        Contents.write(memory, bytes, 0);
        Contents.write(memory, "behind the hole".getBytes(StandardCharsets.UTF_8), (2 << 20) + 17);
        return memory;
    }

    private void memories() {
        OwnedFd sealed = memory("guest memory, 1st");
        Memfd.addSeals(sealed, List.of("shrink", "grow", "write", "seal"));
        OpenFile.seek(sealed, 12_345);
        byName.put("memory sealed", sealed);

        OwnedFd appending = memory("appending");
        OpenFile.chmod(appending, 0640);
        OpenFile.setStatusFlags(appending, OpenFlags.APPEND | OpenFlags.NONBLOCK);
        OpenFile.seek(appending, SIZE);
        byName.put("memory appending", appending);

        byName.put("memory read-only", again(memory("read-only"), OpenFlags.RDONLY, 7));
        byName.put("memory write-only", again(memory("write-only"), OpenFlags.WRONLY, 2 << 20));
        byName.put("memory empty", Memfd.create(""));
    }

    private static OwnedFd again(OwnedFd memory, int access, long position) {
        try (memory) {
            OwnedFd again = OpenFile.reopen(memory, access);
            OpenFile.seek(again, position);
            return again;
        }
    }

    private void counters() {
        byName.put("counter", EventFd.create(0x1234_5678_9abcL, false, true));
        byName.put("counter, full", EventFd.create(-2, false, false));
        byName.put("semaphore", EventFd.create(5, true, false));
    }

    private void pipe() {
        Pipe.Ends pipe = Pipe.create();
        Pipe.setCapacity(pipe.read(), 1 << 17);
        Pipe.write(pipe.write(), WAITING.getBytes(StandardCharsets.UTF_8));
        OpenFile.setStatusFlags(pipe.write(), OpenFlags.NONBLOCK);
        byName.put("pipe, to read", pipe.read());
        byName.put("pipe, to write", pipe.write());
    }

    private void files(Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("a log.txt"), "one line\n");
        OwnedFd appending = OpenFile.open(log.toString(), OpenFlags.WRONLY | OpenFlags.APPEND);
        OpenFile.seek(appending, 4);
        byName.put("file appending", appending);
        OwnedFd reading = OpenFile.open(log.toString(), OpenFlags.RDONLY);
        OpenFile.seek(reading, 2);
        byName.put("file reading", reading);
        byName.put("directory", OpenFile.open(folder.toString(), OpenFlags.DIRECTORY));
        byName.put("null", OpenFile.open("/dev/null", OpenFlags.RDWR));
    }

    private void listeners(Path folder) throws IOException {
        byName.put("listener at a path", UnixSocket.listen(path(folder), SocketFacts.STREAM, 16));
        Files.setPosixFilePermissions(Path.of(path(folder).text()), Files.getPosixFilePermissions(folder));
        byName.put("listener, abstract", UnixSocket.listen(abstractName(), SocketFacts.SEQPACKET, 16));
    }

    static Map<String, Snapshot> snapshots(Map<String, OwnedFd> files) {
        var snapshots = new LinkedHashMap<String, Snapshot>();
        files.forEach((name, fd) -> snapshots.put(name, Snapshot.of(fd)));
        return snapshots;
    }

    @Override
    public void close() {
        byName.values().forEach(OwnedFd::close);
    }
}
