package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Samples;
import org.fdbox.sys.Courier;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.NoLeak;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each method asks for what its name says and gives back what the daemon answered.
@ExtendWith(NoLeak.class)
class RequestsTest {

    static final List<Refused> REFUSALS = Samples.refusals();

    private interface Action {
        Object on(FdBoxClient client) throws Exception;
    }

    private record Sample(Action action, Request request, Reply reply, Object result) {
        @Override
        public String toString() {
            return request.toString();
        }
    }

    private static Sample quiet(Action action, Request request) {
        return new Sample(action, request, new Reply.Done(), null);
    }

    static Stream<Sample> samples() {
        var none = OptionalInt.empty();
        var info = new Reply.Info("v", "p", "1", "u", List.of("org.fdbox.Store"));
        var status = new Reply.HandoverStatus(1, "live", 0, 0, List.of(), List.of());
        var handler = new Reply.HandlerInfo("acme,x-v1", "x", "live", "acme.jar");
        return Stream.of(
                new Sample(FdBoxClient::info, new Request.GetInfo(), info, info),
                new Sample(c -> c.deleteBox("b"), new Request.DeleteBox("b"), new Reply.Released(3), 3),
                new Sample(FdBoxClient::listBoxes, new Request.ListBoxes(),
                        new Reply.Boxes(List.of(Samples.BOX)),
                        List.of(Samples.BOX)),
                new Sample(c -> c.handover().status(), new Request.Status(), status, status),
                new Sample(c -> c.handover().handlers(), new Request.ListHandlers(),
                        new Reply.Handlers(List.of(handler)),
                        List.of(handler)),
                quiet(c -> done(() -> c.createBox("b")), new Request.CreateBox("b", none)),
                quiet(c -> done(() -> c.createBox("b", OptionalInt.of(0750))),
                        new Request.CreateBox("b", OptionalInt.of(0750))),
                quiet(c -> done(() -> c.setAccess("b", OptionalInt.of(-2), none, OptionalInt.of(0))),
                        new Request.SetAccess("b", OptionalInt.of(-2), none, OptionalInt.of(0))),
                quiet(c -> done(() -> c.drop("b", "n")), new Request.Drop("b", "n")),
                quiet(c -> done(() -> c.seal("b")), new Request.Seal("b", false)),
                quiet(c -> done(() -> c.unseal("b")), new Request.Unseal("b")));
    }

    private interface Quiet {
        void run() throws Exception;
    }

    private static Object done(Quiet action) throws Exception {
        action.run();
        return null;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void asks(Sample sample) throws Exception {
        try (var peer = Peer.answering((me, _, _) -> me.reply(sample.reply()))) {
            assertThat(sample.action().on(peer.client())).isEqualTo(sample.result());
            assertThat(peer.requests()).containsExactly(sample.request());
            assertThat(peer.calls()).noneMatch(call -> call.more() || call.oneway());
        }
    }

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void aRefusalIsThrownAsItsOwnClassAndTheClientGoesOn(Refused refused) throws Exception {
        try (var peer = Peer.answering((me, request, _) -> {
            if (request instanceof Request.ListBoxes) {
                me.reply(new Reply.Boxes(List.of()));
            } else {
                me.refuse(refused);
            }
        })) {
            FdBoxClient client = peer.client();
            for (Action action : List.<Action>of(c -> c.deleteBox("b"), c -> c.list("b"),
                    c -> c.take("b", "n"),
                    c -> c.copy("b", "n"), c -> c.handover().save(Optional.empty(), _ -> {}))) {
                assertThatThrownBy(() -> action.on(client))
                        .isExactlyInstanceOf(refused.getClass()).hasMessage(refused.getMessage());
            }
            assertThat(client.listBoxes()).isEmpty();
        }
    }

    @Test
    void descriptorsOfARefusalAreClosed() {
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> me.refuse(new Refused.NoSuchBox("b"), fd))) {
            assertThatExceptionOfType(Refused.NoSuchBox.class).isThrownBy(() -> peer.client().copy("b", "n"));
        }
    }

    @Test
    void aPutSendsADuplicateAndLeavesTheCallersOpen() throws Exception {
        try (OwnedFd fd = EventFd.create(41, false, true);
                var peer = Peer.answering((me, _, arrived) -> {
                    EventFd.add(arrived.getFirst(), 1);
                    me.reply(new Reply.Stored(Samples.PLAIN));
                })) {
            assertThat(peer.client().put("b", "n", fd)).isEqualTo(Samples.PLAIN);
            assertThat(EventFd.read(fd)).isEqualTo(42);
            peer.client().put("b", "n", fd, true);
            assertThat(peer.requests()).containsExactly(
                    new Request.Put("b", "n", 0, false), new Request.Put("b", "n", 0, true));
        }
    }

    @Test
    void manyArePutInTheirOrder() throws Exception {
        var counts = new ArrayList<Long>();
        try (OwnedFd one = EventFd.create(1, false, true);
                OwnedFd two = EventFd.create(2, false, true);
                var peer = Peer.answering((me, _, arrived) -> {
                    arrived.forEach(fd -> counts.add(EventFd.read(fd)));
                    me.reply(new Reply.StoredMany(List.of(Samples.PLAIN, Samples.FULL)));
                })) {
            var files = new LinkedHashMap<String, OwnedFd>();
            files.put("z", one);
            files.put("a", two);
            assertThat(peer.client().putMany("b", files, false)).containsExactly(Samples.PLAIN, Samples.FULL);
            assertThat(peer.requests()).containsExactly(new Request.PutMany("b",
                    List.of(new Request.Offered("z", 0), new Request.Offered("a", 1)), false));
            assertThat(counts).containsExactly(1L, 2L);
            assertThat(List.of(one, two)).allMatch(OwnedFd::isOpen);
        }
    }

    @Test
    void whatCannotBeSentLeavesTheConnectionAsItWas() throws Exception {
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> me.reply(new Reply.Boxes(List.of())))) {
            var tooMany = new LinkedHashMap<String, OwnedFd>();
            for (int i = 0; i <= Courier.MOST_DESCRIPTORS; i++) {
                tooMany.put("n" + i, fd);
            }
            assertThatIllegalArgumentException().isThrownBy(() -> peer.client().putMany("b", tooMany, false));
            OwnedFd closed = fd.dup();
            closed.close();
            assertThatIllegalStateException().isThrownBy(() -> peer.client().put("b", "n", closed));
            assertThat(peer.client().listBoxes()).isEmpty();
            assertThat(peer.requests()).containsExactly(new Request.ListBoxes());
        }
    }

    @Test
    void waitsAlsoWhereTheSocketDidNot() throws Exception {
        var pair = UnixSocket.pair();
        OpenFile.setStatusFlags(pair.one(), OpenFlags.NONBLOCK);
        try (OwnedFd other = pair.other();
                FdBoxClient client = FdBoxClient.over(pair.one());
                var courier = Courier.blocking()) {
            Thread late = Thread.ofPlatform().start(() -> courier.send(other, "{}\0".getBytes(
                    StandardCharsets.UTF_8), 0, List.of()));
            client.createBox("b");
            late.join();
            assertThat(pair.one().isOpen()).as("the socket is the client's now").isFalse();
        }
    }

    @Test
    void connectsToWhoListens(@TempDir Path folder) throws Exception {
        var address = new UnixAddress(folder.resolve("s").toString());
        assertThatExceptionOfType(NoDaemonException.class).isThrownBy(() -> FdBoxClient.connect(address))
                .withMessage(
                        "no daemon could be reached at " + address + " (ENOENT, no such file or directory)");
        OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 1);
        FdBoxClient.connect(address).close();
        listener.close();
        assertThatExceptionOfType(NoDaemonException.class).isThrownBy(() -> FdBoxClient.connect(address))
                .withMessageContaining("ECONNREFUSED");
    }
}
