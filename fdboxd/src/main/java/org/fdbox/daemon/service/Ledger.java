package org.fdbox.daemon.service;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;

/// The boxes and what is in them, written down where a sudden death leaves it: in one of two memfds that the service manager has too.
/// Changes are appended to one, until it is long; then everything is written into the other, which counts from the moment that
/// its first line is whole. Safe for use by several threads.
final class Ledger implements AutoCloseable {

    /// How much longer than necessary it may become.
    private static final int SLACK = 256 << 10;

    private final List<LedgerFile> files;
    private final Consumer<Moment> watcher;
    private final Registry registry = new Registry();
    /// What was noted and is not written yet; its own lock, since it is used where nothing may be waited for.
    private List<List<Map<String, Object>>> noted = new ArrayList<>();
    private final Object noting = new Object();

    // Guarded by this object's lock
    private byte[] unwritten = {};
    private boolean begun;
    private int current;
    private long generation;
    private long least;

    /// @param files two, of which at most one is read: the one of the last generation
    Ledger(List<LedgerFile> files, Consumer<Moment> watcher) {
        this.files = files;
        this.watcher = watcher;
    }

    /// One that another process has written so far, and writes until this one [begins][#begin].
    ///
    /// @param current which file counts
    Ledger(List<LedgerFile> files, int current, long generation, Consumer<Moment> watcher) {
        this(files, watcher);
        this.current = current;
        this.generation = generation;
    }

    synchronized int current() {
        return current;
    }

    synchronized long generation() {
        return generation;
    }

    List<OwnedFd> memfds() {
        return files.stream().map(LedgerFile::memfd).toList();
    }

    /// What the last daemon left; to be called before anything is settled.
    ///
    /// @throws Malformed if another version wrote it, or it is inconsistent
    synchronized Registry read() throws Malformed {
        var latest = new Registry();
        for (LedgerFile file : files) {
            Optional<LedgerFile.Read> read = file.read();
            if (read.isPresent() && read.get().generation() > generation) {
                generation = read.get().generation();
                current = files.indexOf(file);
                latest = read.get().registry();
            }
        }
        return latest;
    }

    /// Notes changes, all or none. Neither blocks nor fails.
    void note(List<Map<String, Object>> changes) {
        synchronized (noting) {
            noted.add(changes);
        }
    }

    /// Everything that has been noted so far is what there is. Before, what the last daemon left stays as it is.
    ///
    /// @throws org.fdbox.sys.SystemCallException if there is no memory for it; what was left still counts then
    synchronized void begin() {
        take().forEach(change -> change.forEach(registry::apply));
        renew();
        begun = true;
    }

    /// Returns once everything noted before is written.
    ///
    /// @throws org.fdbox.sys.SystemCallException if there is no memory for it; it is tried again with the next
    synchronized void settle() {
        if (!begun) {
            return;
        }
        List<List<Map<String, Object>>> changes = take();
        if (changes.isEmpty() && unwritten.length == 0) {
            return;
        }
        byte[] lines = encoded(changes);
        unwritten = Arrays.copyOf(unwritten, unwritten.length + lines.length);
        System.arraycopy(lines, 0, unwritten, unwritten.length - lines.length, lines.length);
        watcher.accept(Moment.CHANGED);
        files.get(current).append(unwritten);
        unwritten = new byte[0];
        watcher.accept(Moment.WRITTEN);
        if (files.get(current).size() > 2 * least + SLACK) {
            renew();
        }
    }

    private List<List<Map<String, Object>>> take() {
        synchronized (noting) {
            List<List<Map<String, Object>>> taken = noted;
            noted = new ArrayList<>();
            return taken;
        }
    }

    private byte[] encoded(List<List<Map<String, Object>>> changes) {
        var lines = new ByteArrayOutputStream();
        for (List<Map<String, Object>> change : changes) {
            change.forEach(registry::apply);
            lines.writeBytes(LedgerFile.line(change));
        }
        return lines.toByteArray();
    }

    private void renew() {
        int next = 1 - current;
        files.get(next).empty();
        watcher.accept(Moment.LEDGER_EMPTIED);
        files.get(next).begin(generation + 1, registry.nodes());
        generation++;
        current = next;
        least = files.get(next).size();
        unwritten = new byte[0];
        watcher.accept(Moment.LEDGER_RENEWED);
    }

    @Override
    public synchronized void close() {
        begun = false;
        files.forEach(LedgerFile::close);
    }
}
