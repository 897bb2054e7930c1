package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// How a listening socket goes from one daemon to the next without anybody meeting nobody there.
@ExtendWith(NothingLeaks.class)
class SocketFileTest {

    @TempDir
    Path folder;

    private SocketFile open() throws Exception {
        return SocketFile.open(new UnixAddress(path().toString()), Optional.empty());
    }

    private Path path() {
        return folder.resolve("socket");
    }

    private static SocketFile adopted(SocketFile from) throws Exception {
        return SocketFile.adopt(from.listener().dup(), from.path(), from.lock().map(OwnedFd::dup));
    }

    private void connect() {
        UnixSocket.connect(new UnixAddress(path().toString()), SocketFacts.STREAM).close();
    }

    @Test
    void theSuccessorServesWhereTheFirstDid() throws Exception {
        SocketFile first = open();
        try (SocketFile second = adopted(first)) {
            first.leave();
            connect();
            assertThat(second.path()).hasValue(path());
            assertThatThrownBy(this::open).isInstanceOf(SocketFile.Unusable.class);
        }
        assertThat(path()).doesNotExist();
        open().close();
    }

    @Test
    void theFirstServesOnIfTheSuccessorLeaves() throws Exception {
        try (SocketFile first = open()) {
            adopted(first).leave();
            connect();
            assertThat(first.listener().isOpen()).isTrue();
            assertThatThrownBy(this::open).isInstanceOf(SocketFile.Unusable.class);
        }
    }

    @Test
    void whatHasNoPathHasNoLock() throws Exception {
        OwnedFd listener = UnixSocket.listen(new UnixAddress(path().toString()), SocketFacts.STREAM, 1);
        try (OwnedFd _ = listener;
                SocketFile adopted = SocketFile.adopt(listener.dup(), Optional.empty(), Optional.empty())) {
            assertThat(adopted.path()).isEmpty();
            assertThat(adopted.lock()).isEmpty();
        }
        assertThat(path()).exists();
    }

    @Test
    void whatIsNotWhatItShouldBeIsRefusedAndStaysTheCallers() throws Exception {
        Path other = Files.createFile(folder.resolve("other"));
        try (SocketFile first = open(); OwnedFd counter = EventFd.create(0, false, true);
                OwnedFd lock = first.lock().orElseThrow().dup();
                OwnedFd strange = OpenFile.open(other.toString(), OpenFlags.RDWR)) {
            assertThatThrownBy(() -> SocketFile.adopt(counter, first.path(), Optional.of(lock)))
                    .isInstanceOf(SocketFile.Unusable.class).hasMessageContaining("no socket");
            assertThatThrownBy(
                    () -> SocketFile.adopt(first.listener(), first.path(), Optional.of(strange)))
                    .isInstanceOf(SocketFile.Unusable.class).hasMessageContaining("not its lock");
            assertThatThrownBy(() -> SocketFile.adopt(first.listener(), first.path(), Optional.empty()))
                    .isInstanceOf(SocketFile.Unusable.class);
            assertThatThrownBy(() -> SocketFile.adopt(first.listener(), Optional.of(folder.resolve("none")),
                    Optional.of(lock))).isInstanceOf(SocketFile.Unusable.class);
            assertThat(lock.isOpen() && strange.isOpen() && first.listener().isOpen()).isTrue();
        }
    }
}
