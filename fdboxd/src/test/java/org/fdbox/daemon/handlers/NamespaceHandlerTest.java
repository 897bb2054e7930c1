package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A namespace is found again where something else keeps it alive, for those who could open it there.
@ExtendWith(NothingLeaks.class)
class NamespaceHandlerTest {

    private final NamespaceHandler handler = new NamespaceHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    private static OwnedFd namespace(String process, String kind) {
        return OpenFile.open("/proc/" + process + "/ns/" + kind, OpenFlags.RDONLY);
    }

    private Prospect examine(OwnedFd fd, PeerCredentials putter) {
        return handler.examine(fd, new FdFacts(fd), putter);
    }

    /// A process alone in a network namespace.
    private static Process hermit() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root makes network namespaces");
        Process process;
        try {
            process = new ProcessBuilder("unshare", "--net", "sleep", "60").start();
        } catch (IOException missing) {
            assumeTrue(false, "unshare is missing");
            throw missing;
        }
        Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        Path its = Path.of("/proc/" + process.pid() + "/ns/net");
        Await.until("it is in a namespace of its own", () -> !process.isAlive() || isElsewhere(its, own));
        assumeTrue(process.isAlive(), "this sandbox makes no network namespaces");
        return process;
    }

    private static boolean isElsewhere(Path its, Path own) throws IOException {
        try {
            return !Files.readSymbolicLink(its).equals(own);
        } catch (NoSuchFileException ended) {
            return false;
        }
    }

    private static void end(Process process) throws Exception {
        process.destroyForcibly().waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"net", "mnt", "pid", "user", "uts", "ipc", "cgroup", "time"})
    void oneThatAProcessIsInComesBack(String kind) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/ns/" + kind)), "this kernel has no such namespaces");
        try (OwnedFd fd = namespace("self", kind)) {
            assertThat(handler.recognises(new FdFacts(fd))).isTrue();
            assertThat(examine(fd, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd))) {
                assertThat(Stat.of(back).sameInode(Stat.of(fd))).isTrue();
                assertThat(handler.describe(back)).isEqualTo(handler.describe(fd));
            }
        }
    }

    @Test
    void oneThatOnlyTheDescriptorKeepsAliveLivesOnlyWhileItIsHeld() throws Exception {
        Process hermit = hermit();
        try (OwnedFd fd = namespace(hermit.pid() + "", "net")) {
            assertThat(examine(fd, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            Saved saved = restoring.preserve(handler, fd);
            end(hermit);
            assertThat(examine(fd, SELF).survival()).isEqualTo(Survival.LIVE);
            assertThat(examine(fd, SELF).reason().orElseThrow()).contains("no process");
            assertThatThrownBy(() -> restoring.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
        } finally {
            end(hermit);
        }
    }

    @Test
    void aProcessOfSomebodyElseIsNoWayToIt() throws Exception {
        Process hermit = hermit();
        try (OwnedFd fd = namespace(hermit.pid() + "", "net"); var asAlice = new Restoring(ALICE)) {
            assertThat(examine(fd, ALICE).survival()).isEqualTo(Survival.LIVE);
            Saved saved = asAlice.preserve(handler, fd);
            assertThatThrownBy(() -> asAlice.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
        } finally {
            end(hermit);
        }
    }

    @Test
    void oneThatIsBindMountedComesBack(@TempDir Path folder) throws Exception {
        Mounted.assumeOwnNamespaces();
        Process hermit = hermit();
        String path = Files.createFile(folder.toRealPath().resolve("a b")).toString();
        String its = "/proc/" + hermit.pid() + "/ns/net";
        try (OwnedFd fd = namespace(hermit.pid() + "", "net")) {
            assertThat(new ProcessBuilder("mount", "--bind", its, path).start().waitFor()).isZero();
            end(hermit);
            assertThat(examine(fd, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd))) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(fd));
                assertThat(new FdFacts(back).link()).as("what the kernel shows").isEqualTo(path);
                assertThat(handler.recognises(new FdFacts(back))).isTrue();
                assertThat(new RegularFileHandler().recognises(new FdFacts(back))).isFalse();
            }
        } finally {
            end(hermit);
            new ProcessBuilder("umount", path).start().waitFor();
        }
    }

    @Test
    void whatIsNotTheSameIsRefused() throws Exception {
        try (OwnedFd fd = namespace("self", "net"); OwnedFd other = namespace("self", "uts")) {
            Saved saved = restoring.preserve(handler, fd);
            for (Saved bad : List.of(
                    saved.with("bootId", "earlier"), saved.without("bootId"),
                    saved.with("namespace", Namespace.name(other)),
                    saved.with("namespace", "../../x:[1]"),
                    saved.with("namespace", "net:[1]"), saved.without("namespace"),
                    saved.without("handle").with("inode", "1"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad))
                        .as(bad.properties().toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
