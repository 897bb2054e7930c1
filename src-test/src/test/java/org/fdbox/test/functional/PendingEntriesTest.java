package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.HandlerRegistration;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What no handler knows waits unharmed, can be dropped, and comes back by a program that registers for it.
class PendingEntriesTest {

    @TempDir
    Path folder;

    private HandMadeState state;

    @BeforeEach
    void writeByHand() throws Exception {
        state = HandMadeState.write(folder);
    }

    private DaemonProcess start() throws Exception {
        return DaemonProcess.start(folder, "--accept-edited");
    }

    private static EntryInfo entry(FdBoxClient client) throws Exception {
        return client.list("b").entries().getFirst();
    }

    @Test
    void itSurvivesSavesAndDaemonsUnchanged() throws Exception {
        Object node = state.node();
        byte[] payload = state.payload();
        for (int life = 0; life < 3; life++) {
            try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
                assertThat(entry(client).state()).isEqualTo(State.PENDING);
                client.handover().save(Optional.empty(), _ -> {});
                assertThat(state.node()).isEqualTo(node);
                assertThat(state.payload()).isEqualTo(payload);
                if (life == 1) {
                    daemon.kill();
                } else {
                    assertThat(daemon.terminate()).isZero();
                }
            }
            assertThat(state.node()).isEqualTo(node);
            assertThat(state.payload()).isEqualTo(payload);
        }
    }

    @Test
    void itCanBeDroppedFromTheSealedBoxAndIsGoneForGood() throws Exception {
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThat(client.list("b").box().sealed()).isTrue();
            client.drop("b", "e");
            daemon.kill();
        }
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThatThrownBy(() -> client.list("b")).isInstanceOf(Refused.NoSuchBox.class);
            client.handover().save(Optional.empty(), _ -> {});
            assertThat(state.hasPayload()).isFalse();
        }
    }

    @Test
    void itOutlivesTheUnsealingAndCanBeDroppedThen() throws Exception {
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            client.unseal("b");
            assertThatThrownBy(() -> client.take("b", "e")).isInstanceOf(Refused.FdPending.class);
            daemon.kill();
        }
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThat(entry(client).state()).isEqualTo(State.PENDING);
            client.unseal("b");
            client.drop("b", "e");
            assertThat(client.list("b").entries()).isEmpty();
        }
    }

    @Test
    void aProgramInJavaRestoresIt() throws Exception {
        try (DaemonProcess daemon = start()) {
            try (FdBoxClient client = daemon.client();
                    FdBoxClient registering = daemon.client();
                    HandlerRegistration handler =
                            registering.handover().registerHandler(HandMadeState.COMPATIBLE);
                    HandlerRegistration.ToRestore wanted = handler.next();
                    OwnedFd made = TestFds.memfd("made again")) {
                assertThat(TestFds.text(wanted.payload().orElseThrow())).isEqualTo(HandMadeState.CONTENTS);
                assertThat(wanted.entry().properties()).containsEntry("side", "B");
                client.handover().restored(wanted.id(), made);
                assertThat(entry(client).state()).isEqualTo(State.HELD);
                client.unseal("b");
                try (OwnedFd taken = client.take("b", "e")) {
                    assertThat(TestFds.text(taken)).isEqualTo("made again");
                }
            }
            daemon.assertNothingLeaked();
        }
    }

    @Test
    void whatAHandlerLeavesUnansweredWaitsForTheNext() throws Exception {
        try (DaemonProcess daemon = start()) {
            try (FdBoxClient client = daemon.client()) {
                for (int round = 0; round < 3; round++) {
                    try (FdBoxClient registering = daemon.client();
                            HandlerRegistration handler = register(registering);
                            HandlerRegistration.ToRestore wanted = handler.next()) {
                        assertThat(wanted.entry().name()).isEqualTo("e");
                        try (FdBoxClient another = daemon.client()) {
                            assertThatThrownBy(
                                    () -> another.handover().registerHandler(HandMadeState.COMPATIBLE))
                                    .isInstanceOf(Refused.HandlerExists.class);
                        }
                        assertThat(origins(daemon)).contains("pid=" + ProcessHandle.current().pid());
                    }
                    assertThat(entry(client).state()).isEqualTo(State.PENDING);
                }
            }
            daemon.assertNothingLeaked();
        }
    }

    /// The daemon may not have seen yet that the last one is gone.
    private static HandlerRegistration register(FdBoxClient client) throws Exception {
        var registered = new HandlerRegistration[1];
        Eventually.holds("the name is free", () -> {
            try {
                registered[0] = client.handover().registerHandler(HandMadeState.COMPATIBLE);
                return true;
            } catch (Refused.HandlerExists still) {
                return false;
            }
        });
        return registered[0];
    }

    private static String origins(DaemonProcess daemon) throws Exception {
        var command = Programs.cli("--socket", daemon.socket().toString(), "handlers");
        return Shell.run(command).out();
    }

    @Test
    void anAnswerThatComesTooLateIsRefusedAndHoldsNothing() throws Exception {
        try (DaemonProcess daemon = start()) {
            try (FdBoxClient client = daemon.client();
                    FdBoxClient registering = daemon.client();
                    HandlerRegistration handler =
                            registering.handover().registerHandler(HandMadeState.COMPATIBLE);
                    HandlerRegistration.ToRestore stale = handler.next();
                    OwnedFd made = TestFds.memfd("late")) {
                client.deleteBox("b");
                assertThatThrownBy(() -> client.handover().restored(stale.id(), made))
                        .isInstanceOf(Refused.NoSuchRequest.class);
            }
            daemon.assertNothingLeaked();
        }
    }

    /// What is asked behind the registration, on its connection, is not even read.
    @Test
    void nothingElseIsServedOnAHandlersConnection() throws Exception {
        var register = new Call(new Request.RegisterHandler(HandMadeState.COMPATIBLE), true, false);
        Call create = Call.of(new Request.CreateBox("never", OptionalInt.empty()));
        try (DaemonProcess daemon = start()) {
            try (FdBoxClient client = daemon.client();
                    OwnedFd socket = UnixSocket.connect(new UnixAddress(daemon.socket().toString()));
                    Courier courier = Courier.blocking();
                    FrameReader replies = new FrameReader(1 << 20)) {
                var both = new ByteArrayOutputStream();
                both.writeBytes(Codec.encodeCall(register));
                both.writeBytes(Codec.encodeCall(create));
                courier.send(socket, both.toByteArray(), 0, List.of());
                assertThat(text(courier, socket, replies))
                        .isEqualTo("{\"parameters\":{},\"continues\":true}");
                assertThat(text(courier, socket, replies)).contains("\"box\":\"b\"");
                assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("b");
            }
            daemon.assertNothingLeaked();
        }
    }

    private static String text(Courier courier, OwnedFd socket, FrameReader replies) throws Exception {
        Frame frame = replies.next();
        while (frame == null) {
            assertThat(courier.receive(socket, replies)).isEqualTo(Courier.Arrival.DATA);
            frame = replies.next();
        }
        try (Frame whole = frame) {
            return new String(whole.bytes(), StandardCharsets.UTF_8);
        }
    }
}
