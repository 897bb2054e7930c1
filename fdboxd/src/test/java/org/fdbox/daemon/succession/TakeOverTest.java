package org.fdbox.daemon.succession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What becomes of a take-over, whatever the successor does at each of its states.
@ExtendWith(NothingLeaks.class)
class TakeOverTest {

    private static final Request CALL = new Request.TakeOver(List.of(1));
    private static final int NOBODY = 0;

    private FakeEstate estate;
    /// What the audit is told.
    private final List<String> told = new ArrayList<>();
    private Link successor;
    private OwnedFd pledge;
    private Thread predecessor;

    @BeforeEach
    void begin() {
        estate = new FakeEstate();
    }

    @AfterEach
    void end() throws Exception {
        if (pledge != null) {
            pledge.close();
        }
        successor.close();
        predecessor.join();
        estate.close();
    }

    private void start() {
        start(NOBODY);
    }

    private void start(int pid) {
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            successor = new Link(pair.one());
            OwnedFd other = pair.other().take();
            predecessor = Thread.ofPlatform().start(() -> {
                try (var link = new Link(other)) {
                    new TakeOver(estate, link, 1, pid, estate.spare(), observer()).run();
                }
            });
        }
    }

    private Succession.Observer observer() {
        return new Succession.Observer() {
            @Override
            public void begun() {
                told.add("TakeOver");
            }

            @Override
            public void refused(Refused why) {
                told.add(why.error());
            }

            @Override
            public void done(Request call) {
                told.add(call.getClass().getSimpleName());
            }

            @Override
            public void ended() {
                throw new AssertionError("whoever began the take-over closes the connection");
            }
        };
    }

    /// Receives as many parts as there are.
    private List<String> receive() throws Exception {
        var items = new ArrayList<String>();
        boolean continues = true;
        while (continues) {
            try (Frame frame = successor.receive(Link.SOON)) {
                Codec.Answer answer = Codec.decodeReply(CALL, frame.bytes());
                Arriving.of(frame, ((Reply.Carried) answer.reply()).manifest(), item -> {
                    boolean isPledge = item.is().equals(Item.PLEDGE);
                    if (!isPledge) {
                        items.add(item.is() + item.descriptors().stream().map(Fds::text).toList());
                        item.descriptors().forEach(OwnedFd::close);
                    } else {
                        pledge = item.descriptors().getFirst();
                    }
                });
                continues = answer.continues();
            }
        }
        return items;
    }

    private void call(Request request) throws Exception {
        successor.send(Codec.encodeCall(Call.of(request)), List.of(), Link.SOON);
    }

    private void answered(Request request) throws Exception {
        try (Frame frame = successor.receive(Link.SOON)) {
            assertThat(Codec.decodeReply(request, frame.bytes()).reply()).isEqualTo(new Reply.Done());
        }
    }

    @Test
    void theSuccessorGetsEverythingInOrderAndCommits() throws Exception {
        start();
        assertThat(receive()).containsExactly("fixture[fixture]", "all[]", "change[]", "change[]",
                "last[last]");
        call(new Request.Commit());
        answered(new Request.Commit());
        successor.send(Codec.encodeCall(new Call(new Request.Commit(), false, true)), List.of(), Link.SOON);
        predecessor.join();
        assertThat(estate.deeds).containsExactly("hold", "freezing", "suspend", "dismissed", "offered",
                "committed", "succeeded", "copied", "over");
        assertThat(told).containsExactly("TakeOver", "Commit");
        assertThat(Pledge.stands(pledge)).isTrue();
    }

    @Test
    void afterAbortItServesOn() throws Exception {
        start();
        receive();
        call(new Request.Abort());
        answered(new Request.Abort());
        predecessor.join();
        assertThat(estate.deeds).containsExactly("hold", "freezing", "suspend", "dismissed", "offered",
                "copied", "resume", "live", "let go");
        assertThat(told).containsExactly("TakeOver", "Abort");
        assertThat(Pledge.stands(pledge)).as("what it was sent is all there is").isFalse();
    }

    @Test
    void aSuccessorThatEndsBeforeItCommitsIsNone() throws Exception {
        start();
        receive();
        successor.close();
        predecessor.join();
        assertThat(estate.deeds).endsWith("offered", "copied", "resume", "live", "let go");
    }

    @Test
    void aSuccessorThatEndsAtOnceStopsNobody() throws Exception {
        start();
        successor.close();
        predecessor.join();
        assertThat(estate.deeds).endsWith("let go").doesNotContain("over");
    }

    @Test
    void anythingButACommitIsNone() throws Exception {
        start();
        receive();
        call(new Request.Status());
        predecessor.join();
        assertThat(estate.deeds).endsWith("offered", "copied", "resume", "live", "let go");
    }

    /// It has committed, and ends before it says that it serves.
    @Test
    void aSuccessorThatDiesAtTheLastMomentIsFollowedByItsPredecessor() throws Exception {
        Process dying = new ProcessBuilder("cat").start();
        start((int) dying.pid());
        receive();
        call(new Request.Commit());
        answered(new Request.Commit());
        dying.destroyForcibly().waitFor();
        successor.close();
        predecessor.join();
        assertThat(estate.deeds).endsWith("committed", "succeeded", "copied", "resume", "live", "let go");
    }

    @Test
    void whileSomebodySavesNothingIsTakenOver() throws Exception {
        estate.saving = true;
        start();
        assertThatThrownBy(this::receive).isInstanceOf(Refused.HandoverInProgress.class);
        predecessor.join();
        assertThat(estate.deeds).isEmpty();
        assertThat(told).containsExactly("org.fdbox.Store.HandoverInProgress");
    }

    @Test
    void whatDoesNotComeToRestIsNotTakenOver() throws Exception {
        estate.restless = true;
        start();
        assertThatThrownBy(this::receive).isInstanceOf(Refused.HandoverFailed.class)
                .hasMessageContaining("restless");
        predecessor.join();
        assertThat(estate.deeds).containsExactly("hold", "freezing", "copied", "live", "let go");
    }
}
