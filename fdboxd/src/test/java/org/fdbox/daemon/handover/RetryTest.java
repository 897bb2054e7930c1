package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Who unseals a box wants to use it: what could not be made at recovery is tried once more.
@ExtendWith(NothingLeaks.class)
class RetryTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");

    @BeforeEach
    void saveAndFailToRecover() throws Exception {
        try (var desk = new Desk(folder, red); OwnedFd one = red.make("1"); OwnedFd two = red.make("2")) {
            desk.box("b", one, two);
            desk.seal("b");
            desk.save();
        }
        red.onRestore = FakeHandler.refusing("the disk is not there");
    }

    @Test
    void itComesBackAndCanBeTaken() throws Exception {
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.info("b").pending()).isEqualTo(2);
            red.onRestore = FakeHandler.FINE;
            desk.unseal("b");
            assertThat(desk.names("b")).containsExactly("a", "b");
            assertThat(desk.text("b", "a")).isEqualTo("1");
            desk.call(ROOT, new Request.Get("b", "b", false, false));
        }
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).isEmpty();
        }
    }

    @Test
    void whatStillCannotBeMadeWaitsOnForTheNewReason() throws Exception {
        try (var desk = new Desk(folder, red)) {
            red.onRestore = FakeHandler.refusing("now it is on fire");
            desk.unseal("b");
            assertThat(desk.status().pending()).hasSize(2)
                    .allSatisfy(left -> assertThat(left.reason()).isEqualTo("now it is on fire"));
            red.onRestore = FakeHandler.FINE;
            desk.seal("b");
            desk.unseal("b");
            assertThat(desk.info("b").pending()).isZero();
        }
    }

    @Test
    void aRefusalToUnsealLeavesWhatCameBackInTheSealedBoxAndSaved() throws Exception {
        try (var desk = new Desk(folder, red)) {
            red.onRestore = FakeHandler.FINE;
            red.onUnseal = Map.of("b", FakeHandler.refusing("too early"));
            assertThatThrownBy(() -> desk.unseal("b")).isInstanceOf(Refused.HandlerRefused.class);
            assertThat(desk.text("b", "a")).isEqualTo("1");
        }
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.text("b", "b")).isEqualTo("2");
        }
    }

    @Test
    void nothingIsTriedForWhoMayNotUnseal() throws Exception {
        try (var desk = new Desk(folder, red)) {
            desk.call(ROOT, new Request.SetAccess("b", OptionalInt.empty(),
                    OptionalInt.empty(), OptionalInt.of(0744)));
            red.onRestore = FakeHandler.failing("tried");
            assertThatThrownBy(() -> desk.call(ALICE, new Request.Unseal("b")))
                    .isInstanceOf(Refused.AccessDenied.class);
            assertThat(desk.status().pending()).extracting("reason").containsOnly("the disk is not there");
        }
    }
}
