package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.Tun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A descriptor of a persistent interface is attached to it again, for those to whom it belongs.
@ExtendWith(NothingLeaks.class)
class TapHandlerTest {

    private static final Path DEVICE = Path.of("/dev/net/tun");
    private static final String NAME = "fdboxtest0";

    private final TapHandler handler = new TapHandler();
    private final Restoring restoring = new Restoring();
    private boolean made;

    @AfterEach
    void close() throws Exception {
        restoring.close();
        if (made) {
            ip("link", "delete", NAME);
        }
    }

    private static OwnedFd device() {
        try {
            return OpenFile.open(DEVICE.toString(), OpenFlags.RDWR | OpenFlags.NONBLOCK);
        } catch (SystemCallException missing) {
            return abort("/dev/net/tun cannot be opened: " + missing.getMessage());
        }
    }

    private static OwnedFd attached(String... flags) {
        try (OwnedFd tun = device()) {
            Tun.attach(tun, new Tun.Interface(NAME, List.of(flags)));
            return tun.take();
        }
    }

    private static boolean ip(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    /// In a network namespace of the test's own only.
    private void persistent(String mode, PeerCredentials owner) throws Exception {
        Mounted.assumeOwnNamespaces();
        made = ip("tuntap", "add", "dev", NAME, "mode", mode, "user", owner.uid() + "");
        assumeTrue(made, "no persistent interface can be made here");
    }

    private Prospect examine(OwnedFd fd, PeerCredentials putter) {
        return handler.examine(fd, new FdFacts(fd), putter);
    }

    private void assertRefused(Restoring as, Saved saved, String why) {
        assertThatThrownBy(() -> as.restore(handler, saved))
                .as(saved.properties().toString())
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining(why);
    }

    @Test
    void anUnattachedOneLivesOnlyWhileItIsHeld() {
        try (OwnedFd tun = device()) {
            assertThat(handler.recognises(new FdFacts(tun))).isTrue();
            assertThat(new CharacterDeviceHandler().recognises(new FdFacts(tun))).isFalse();
            assertThat(examine(tun, SELF).survival()).isEqualTo(Survival.LIVE);
            assertThat(examine(tun, SELF).reason().orElseThrow()).contains("attached to no interface");
            assertThat(handler.describe(tun)).containsOnlyKeys("path", "flags");
            assertThatThrownBy(() -> restoring.preserve(handler, tun)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tap", "tun"})
    void aPersistentInterfaceIsAttachedToAgain(String mode) throws Exception {
        persistent(mode, SELF);
        OwnedFd tun = attached(mode, "no-pi");
        Saved saved;
        try (tun) {
            assertThat(examine(tun, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            saved = restoring.preserve(handler, tun);
            assertRefused(restoring, saved, "EBUSY");
        }
        try (OwnedFd back = restoring.restore(handler, saved)) {
            assertThat(handler.describe(back)).containsEntry("interface", NAME)
                    .containsEntry("features", List.of(mode, "persist", "no-pi"))
                    .containsEntry("flags", List.of("rdwr", "nonblock"));
        }
    }

    @Test
    void oneThatIsNotPersistentEndsWithIt() throws Exception {
        Mounted.assumeOwnNamespaces();
        Saved saved;
        try (OwnedFd tun = attached("tap", "no-pi")) {
            assertThat(examine(tun, SELF).survival()).isEqualTo(Survival.LIVE);
            assertThat(examine(tun, SELF).reason().orElseThrow()).contains("not persistent");
            saved = restoring.preserve(handler, tun);
        }
        assertRefused(restoring, saved, "no tun or tap interface");
        assertThat(Tun.owner(NAME)).as("it was not made instead").isEmpty();
    }

    @Test
    void onlyForItsOwnerOrRoot() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can act for others");
        persistent("tap", ALICE);
        var before = Files.getPosixFilePermissions(DEVICE);
        assumeTrue(PosixFilePermissions.toString(before).endsWith("rw-"),
                "/dev/net/tun is not for everybody here");
        try (var asAlice = new Restoring(ALICE); var asBob = new Restoring(BOB)) {
            Saved saved;
            try (OwnedFd tun = attached("tap", "no-pi")) {
                assertThat(examine(tun, ALICE)).isEqualTo(Prospect.of(Survival.REOPEN));
                assertThat(examine(tun, BOB).reason().orElseThrow()).contains("does not belong");
                saved = asAlice.preserve(handler, tun);
            }
            asAlice.restore(handler, saved).close();
            assertRefused(asBob, saved, "does not belong");
        }
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        persistent("tap", SELF);
        Saved saved;
        try (OwnedFd tun = attached("tap", "no-pi")) {
            saved = restoring.preserve(handler, tun);
        }
        for (Saved bad : List.of(
                saved.with("interface", "tap%d"), saved.with("interface", "../x"),
                saved.with("interface", "lo"),
                saved.with("features", List.of("strange")), saved.with("features", List.of("tun", "no-pi")),
                saved.with("network", "net:[1]"), saved.with("path", "/dev/null"),
                saved.with("flags", List.of("x")), saved.without("bootId"))) {
            assertRefused(restoring, bad, "");
        }
        restoring.restore(handler, saved.with("bootId", "earlier").with("network", "net:[1]")).close();
    }
}
