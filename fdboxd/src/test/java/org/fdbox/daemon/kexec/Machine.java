package org.fdbox.daemon.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.OwnedFd;

/// A machine whose kernel can be replaced: lives of a daemon that have one disk.
final class Machine implements AutoCloseable {

    final FakeLiveUpdate kernel = new FakeLiveUpdate();
    private final Path folder;
    Use use = Use.AUTO;

    Machine(Path folder) {
        this.folder = folder;
    }

    Desk desk() throws Exception {
        return desk(Step.Watcher.NONE);
    }

    Desk desk(Step.Watcher steps) throws Exception {
        return desk(folder, steps);
    }

    /// With another disk.
    Desk desk(Path home, Step.Watcher steps) throws Exception {
        return new Desk(home, kexec(), steps, new MemfdHandler());
    }

    /// Without the handler of memfds.
    Desk deskWithout() throws Exception {
        return new Desk(folder, kexec(), Step.Watcher.NONE, new FakeHandler("other"));
    }

    private Kexec kexec() {
        return new Kexec(use, kernel.liveUpdate(), Holder.NOBODY, () -> 1L << 30);
    }

    /// One life with a sealed box "b" of memfds, which ends by a kexec.
    void save(String... texts) throws Exception {
        try (Desk desk = desk()) {
            fill(desk, texts);
            desk.save();
            kernel.kexec();
        }
    }

    static void fill(Desk desk, String... texts) throws Exception {
        OwnedFd[] memfds = List.of(texts).stream().map(Fds::memfd).toArray(OwnedFd[]::new);
        desk.box("b", memfds);
        List.of(memfds).forEach(OwnedFd::close);
        desk.seal("b");
    }

    /// So that only the kernel can have brought back what comes back.
    void deletePayloads() throws IOException {
        deletePayloads(folder);
    }

    static void deletePayloads(Path folder) throws IOException {
        try (var payloads = Files.list(folder.resolve("state/payload"))) {
            for (Path payload : payloads.toList()) {
                Files.delete(payload);
            }
        }
    }

    /// The state directory as it is at a step, for a next life: as a sudden death leaves it.
    static void copyState(Path folder, Path to) {
        try (var files = Files.walk(folder.resolve("state"))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve("state").resolve(folder.resolve("state").relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    void requireBack(String... texts) throws Exception {
        try (Desk desk = desk()) {
            assertThat(desk.status().pending()).isEmpty();
            char entry = 'a';
            for (String text : texts) {
                assertThat(desk.text("b", String.valueOf(entry++))).isEqualTo(text);
            }
        }
        assertThat(kernel.left()).as("sessions that nobody finished").isEmpty();
    }

    @Override
    public void close() {
        kernel.close();
    }
}
