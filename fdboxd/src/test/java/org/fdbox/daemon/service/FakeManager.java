package org.fdbox.daemon.service;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A service manager with a store as systemd's: bounded, without doubles, and silent about both.
final class FakeManager implements AutoCloseable {

    private static final String END = "END=1";
    private static final int MANY = 1_000_000;

    final UnixAddress address;
    private final OwnedFd socket;
    private final Thread thread;
    private final Semaphore reading = new Semaphore(MANY);
    private final List<Map.Entry<String, OwnedFd>> stored = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private volatile int limit;

    FakeManager(Path folder, int limit) {
        this.limit = limit;
        address = new UnixAddress(folder.resolve("notify").toString());
        socket = UnixSocket.bind(address, SocketFacts.DATAGRAM);
        thread = Thread.ofPlatform().start(this::listen);
    }

    private void listen() {
        try (var courier = Courier.blocking(); var reader = new FrameReader(1 << 20)) {
            boolean over = false;
            while (!over) {
                courier.receive(socket, reader);
                // A datagram has its own end, and needs none in its bytes.
                reader.add(new byte[1], 1, List.of(), false);
                reading.acquire();
                try (Frame message = reader.next()) {
                    over = hear(message);
                }
            }
        } catch (FrameReader.TooLong | InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private synchronized boolean hear(Frame message) {
        String text = new String(message.bytes(), StandardCharsets.UTF_8);
        var fields = new LinkedHashMap<String, String>();
        text.lines().forEach(line -> fields.put(line.split("=")[0], line.split("=")[1]));
        heard.add(text.lines().findFirst().orElse("") + " " + fields.getOrDefault("FDNAME", ""));
        String name = fields.get("FDNAME");
        if (fields.containsKey("FDSTORE")) {
            message.descriptors().forEach(fd -> store(name, fd));
        } else if (fields.containsKey("FDSTOREREMOVE")) {
            stored.stream().filter(one -> one.getKey().equals(name)).forEach(one -> one.getValue().close());
            stored.removeIf(one -> one.getKey().equals(name));
        }
        return text.equals(END);
    }

    private void store(String name, OwnedFd fd) {
        boolean known = stored.stream().anyMatch(one -> SameDescription.are(one.getValue(), fd));
        if (stored.size() < limit && !known) {
            stored.add(Map.entry(name, fd.take()));
        }
    }

    synchronized List<String> names() {
        return stored.stream().map(Map.Entry::getKey).toList();
    }

    /// Messages, each as its first line and its name.
    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    void setLimit(int limit) {
        this.limit = limit;
    }

    /// It reads one more message at most, until it [hears][#hear].
    void deafen() {
        reading.drainPermits();
    }

    void hear() {
        reading.release(MANY);
    }

    /// What the next process would get.
    synchronized Map<String, OwnedFd> passed() {
        var passed = new LinkedHashMap<String, OwnedFd>();
        stored.forEach(one -> passed.put(one.getKey(), one.getValue().dup()));
        return passed;
    }

    @Override
    public void close() {
        hear();
        try (var last = new ServiceManager(address)) {
            last.tell(END);
        }
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        socket.close();
        stored.forEach(one -> one.getValue().close());
    }
}
