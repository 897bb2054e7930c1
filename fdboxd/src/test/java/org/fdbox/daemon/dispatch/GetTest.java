package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Request.Offered;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Get, GetMany and Confirm: all or nothing, 253 at most, and never to a caller who wants no reply.
@ExtendWith(NothingLeaks.class)
class GetTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;

    @BeforeEach
    void openDesk(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        try (OwnedFd a = red.make("A"); OwnedFd b = red.make("B")) {
            desk.box("b", a, b);
        }
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    @Test
    void whoWantsNoReplyGetsNothingAndIsCutOff() throws Exception {
        var requests = List.of(
                new Request.Get("b", "a", false, false),
                new Request.Get("missing", "a", true, false),
                new Request.GetMany("b", Optional.empty(), false, true));
        for (Request request : requests) {
            try (Frame frame = Desk.frame()) {
                Answer answer =
                        desk.dispatcher.dispatch(new Call(request, false, true), desk.session(ROOT), frame);
                assertThat(answer).isInstanceOf(Answer.End.class);
            }
        }
        assertThat(desk.names("b")).containsExactly("a", "b");
        assertThat(desk.info("b").entries()).isEqualTo(2);
        desk.call(ROOT, new Request.Seal("b", false));
    }

    @Test
    void severalComeInTheOrderOfTheirNamesWithTheirIndices() throws Exception {
        var reply = (Reply.HandedMany) desk.call(ROOT, Desk.getMany("b", "b", "a"));
        assertThat(reply.files()).extracting(Reply.HandedEntry::fileDescriptor).containsExactly(0, 1);
        assertThat(reply.files()).extracting(file -> file.entry().name()).containsExactly("b", "a");
        assertThat(desk.received).extracting(Fds::text).containsExactly("B", "A");
        assertThat(reply.lease()).isEmpty();
    }

    @Test
    void oneThatIsMissingKeepsAllIn() throws Exception {
        assertThatThrownBy(() -> desk.call(ROOT, Desk.getMany("b", "a", "missing")))
                .isInstanceOf(Refused.NoSuchFd.class);
        assertThatThrownBy(() -> desk.call(ROOT, Desk.getMany("b", "a", "a")))
                .isInstanceOf(Refused.InvalidParameter.class);
        desk.call(ROOT, Desk.getMany("b", "a"));
    }

    @Test
    void moreThanAMessageCarriesAreRefusedAndStay() throws Exception {
        try (OwnedFd fd = red.make("many")) {
            var files = IntStream.range(0, 252).mapToObj(i -> new Offered("n" + i, 0)).toList();
            desk.call(ROOT, new Request.PutMany("b", files, false), fd);
        }
        assertThatThrownBy(() -> desk.call(ROOT, new Request.GetMany("b", Optional.empty(), false, false)))
                .isInstanceOf(Refused.TooManyFileDescriptors.class);
        desk.call(ROOT, new Request.Drop("b", "n0"));
        desk.call(ROOT, new Request.GetMany("b", Optional.empty(), true, false));
        assertThat(desk.received).hasSize(253);
        assertThat(desk.names("b")).hasSize(253);
    }

    @Test
    void aLeaseIsConfirmedOnItsOwnConnectionAlone() throws Exception {
        Session session = desk.session(ROOT);
        var handed = (Reply.Handed) desk.call(session, new Request.Get("b", "a", false, true));
        String lease = handed.lease().orElseThrow();
        assertThatThrownBy(() -> desk.call(ROOT, new Request.Confirm(lease)))
                .isInstanceOf(Refused.NoSuchLease.class);
        desk.call(session, new Request.Confirm(lease));
        assertThat(desk.names("b")).containsExactly("b");
    }

    @Test
    void theEndOfAConnectionReturnsItsLeases() throws Exception {
        Session session = desk.session(ROOT);
        desk.call(session, new Request.GetMany("b", Optional.empty(), false, true));
        assertThatThrownBy(() -> desk.call(ROOT, new Request.Get("b", "a", false, false)))
                .isInstanceOf(Refused.FdLeased.class);
        desk.dispatcher.ended(session);
        desk.call(ROOT, new Request.Get("b", "a", false, false));
    }

    @Test
    void anEmptyBoxHandsOutNothing() throws Exception {
        desk.box("empty");
        var reply = (Reply.HandedMany) desk.call(ROOT,
                new Request.GetMany("empty", Optional.empty(), false, false));
        assertThat(reply.files()).isEmpty();
    }
}
