package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.SELF;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A listener is bound to its path again, with its mode, where nobody else listens and the folder is still
/// the same.
@ExtendWith(NothingLeaks.class)
class UnixListenerHandlerTest {

    private static final int TRIES = 300;

    private final UnixListenerHandler handler = new UnixListenerHandler();
    private final Restoring restoring = new Restoring();
    private Path folder;
    private Path path;
    private UnixAddress address;

    @BeforeEach
    void places(@TempDir Path temporary) throws Exception {
        folder = Files.createDirectory(temporary.toRealPath().resolve("f"));
        path = folder.resolve("s");
        address = new UnixAddress(path.toString());
    }

    @AfterEach
    void close() {
        restoring.close();
    }

    private Saved saved() throws Exception {
        try (OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 1)) {
            return restoring.preserve(handler, listener);
        }
    }

    private void assertRefused(Saved saved, String why) {
        assertThatThrownBy(() -> restoring.restore(handler, saved))
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"1, rw-rw----, false", "1, rwxrwxrwx, true", "5, rw-------, false"})
    void clientsFindItAgain(int type, String mode, boolean nonblock) throws Exception {
        Saved saved;
        try (OwnedFd listener = UnixSocket.listen(address, type, 1)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            OpenFile.setStatusFlags(listener, nonblock ? OpenFlags.NONBLOCK : 0);
            assertThat(handler.examine(listener, new FdFacts(listener), SELF).survival())
                    .isEqualTo(Survival.REOPEN);
            saved = restoring.preserve(handler, listener);
        }
        Files.delete(path);
        try (OwnedFd back = restoring.restore(handler, saved);
                OwnedFd _ = UnixSocket.connect(address, type)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo(mode);
            assertThat(OpenFlags.names(new FdFacts(back).flags()).contains("nonblock")).isEqualTo(nonblock);
            assertThat(new FdFacts(back).socket().type()).isEqualTo(type);
        }
    }

    @Test
    void theDeadSocketOfACrashIsReplaced() throws Exception {
        Saved saved = saved();
        assertThat(path).exists();
        try (OwnedFd _ = restoring.restore(handler, saved); OwnedFd _ = UnixSocket.connect(address)) {
            assertThat(path).exists();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "5"})
    void aSocketThatSomebodyListensAtIsNotTakenAway(int type) throws Exception {
        Saved saved = saved();
        Files.delete(path);
        try (OwnedFd _ = UnixSocket.listen(address, type, 4)) {
            assertRefused(saved, "");
            UnixSocket.connect(address, type).close();
        }
    }

    @Test
    void aBusyListenerIsNotWaitedForAndNotTakenAway() throws Exception {
        Saved saved = saved();
        Files.delete(path);
        var waiting = new ArrayList<OwnedFd>();
        try (OwnedFd _ = UnixSocket.listen(address, SocketFacts.STREAM, 0)) {
            waiting.add(UnixSocket.connect(address));
            assertRefused(saved, "listens");
        } finally {
            waiting.forEach(OwnedFd::close);
        }
    }

    @Test
    void anotherFileInItsPlaceIsNotRemoved() throws Exception {
        Saved saved = saved();
        Files.delete(path);
        Files.writeString(path, "precious");
        assertRefused(saved, "");
        assertThat(path).hasContent("precious");
    }

    @Test
    void anotherFolderOfTheSameNameIsNotUsed() throws Exception {
        Saved saved = saved();
        Files.move(folder, folder.resolveSibling("aside"));
        Files.createDirectory(folder);
        assertRefused(saved, "another file");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anAbstractNameIsListenedAtAgain() throws Exception {
        var name = new UnixAddress("@fdbox-test-" + UUID.randomUUID());
        Saved saved;
        try (OwnedFd listener = UnixSocket.listen(name, SocketFacts.STREAM, 1)) {
            saved = restoring.preserve(handler, listener);
            assertRefused(saved, "EADDRINUSE");
        }
        try (OwnedFd _ = restoring.restore(handler, saved); OwnedFd connected = UnixSocket.connect(name)) {
            assertThat(connected.isOpen()).isTrue();
        }
        assertRefused(saved.with("network", "net:[1]"), "network namespace");
    }

    @Test
    void anAbstractNameOfAnotherNetworkLivesOnlyWhileItIsHeld() throws Exception {
        var name = new UnixAddress("@fdbox-test-" + UUID.randomUUID());
        try (OwnedFd listener =
                Foreign.inAnotherNetwork(() -> UnixSocket.listen(name, SocketFacts.STREAM, 1))) {
            assertThat(handler.examine(listener, new FdFacts(listener), SELF).reason())
                    .hasValueSatisfying(why -> assertThat(why).contains("network namespace"));
        }
    }

    @Test
    void aSocketWithoutItsPathLivesOnlyWhileItIsHeld() throws Exception {
        try (OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 1)) {
            Files.delete(path);
            assertThat(handler.examine(listener, new FdFacts(listener), SELF).survival())
                    .isEqualTo(Survival.LIVE);
            assertThatThrownBy(() -> restoring.preserve(handler, listener))
                    .isInstanceOf(HandlerRefusal.class);
        }
        assertThatThrownBy(() -> UnixSocket.connect(address)).isInstanceOf(SystemCallException.class);
    }

    /// Whoever may write to the folder puts a link into the socket's place just after it is bound.
    @Test
    void aLinkPutIntoItsPlaceIsNotFollowed() throws Exception {
        Path secret = Files.writeString(folder.resolveSibling("secret"), "s");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Saved saved = saved().with("mode", "0666");
        var over = new AtomicBoolean();
        Thread attacker = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                swap(secret);
            }
        });
        try {
            for (int i = 0; i < TRIES; i++) {
                try {
                    restoring.restore(handler, saved).close();
                } catch (HandlerRefusal refused) {
                    // As it may be: the attacker was faster.
                }
            }
        } finally {
            over.set(true);
            attacker.join();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
    }

    private void swap(Path secret) {
        try {
            Files.move(path, path.resolveSibling("aside"), StandardCopyOption.REPLACE_EXISTING);
            Files.createSymbolicLink(path, secret);
            Files.delete(path);
        } catch (IOException nothingThere) {
            Thread.onSpinWait();
        }
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        Saved saved = saved();
        for (Saved bad : List.of(
                saved.without("folder"), saved.with("folder", "x"), saved.without("mode"),
                saved.with("mode", "x"),
                saved.with("address", ""), saved.with("address", "/" + "x".repeat(200)),
                saved.with("address", "relative"),
                saved.with("address", "/"), saved.without("type"), saved.with("flags", List.of("x")))) {
            assertRefused(bad, "");
        }
    }
}
