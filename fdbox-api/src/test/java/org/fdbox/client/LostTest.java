package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Samples;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.NoLeak;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A daemon that breaks off, or is none: the client says so, ends the connection and is of no more use.
@ExtendWith(NoLeak.class)
class LostTest {

    private static final String EMPTY = "{\"parameters\":{\"boxes\":[]}}|";

    private static void assertLost(Callable<?> action, String message) {
        assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(action::call)
                .withMessageStartingWith(message);
    }

    /// No later call reaches the peer, which is at its end although the client is not closed yet.
    private static void assertOfNoMoreUse(Peer peer, int calls) throws InterruptedException {
        assertLost(() -> peer.client().listBoxes(), "the connection was lost before; connect anew");
        assertLost(() -> peer.client().list("b"), "the connection was lost before; connect anew");
        peer.awaitEnd();
        assertThat(peer.requests()).hasSize(calls);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"parameters\":{\"boxes\":[]}}"})
    void anEndBeforeTheReplyIsOver(String part) throws Exception {
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> {
                    if (!part.isEmpty()) {
                        me.say(part, fd);
                    }
                    me.hangUp();
                })) {
            assertLost(() -> peer.client().listBoxes(), "the daemon broke off before it answered");
            assertOfNoMoreUse(peer, 1);
        }
    }

    @Test
    void anEndBeforeTheCall() throws Exception {
        try (var peer = Peer.saying(EMPTY)) {
            assertThat(peer.client().listBoxes()).isEmpty();
            peer.hangUp();
            peer.awaitEnd();
            assertLost(() -> peer.client().listBoxes(), "the daemon broke off: sendmsg on descriptor ");
            assertOfNoMoreUse(peer, 1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
            HTTP/1.1 400|; Unrecognized token
            []|; not a JSON object
            |; not a JSON object
            {"parameters":7}|; not a reply: parameter "parameters"
            {"parameters":{"entries":[]}}|; its reply to org.fdbox.Store.ListBoxes is not what the interface says
            {}|; its reply to org.fdbox.Store.ListBoxes is not what the interface says
            """)
    void anAnswerThatIsNone(String answer, String message) throws Exception {
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> me.say(answer, fd))) {
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(() -> peer.client().listBoxes())
                    .withMessageStartingWith(message)
                    .withCauseInstanceOf(Malformed.class);
            assertOfNoMoreUse(peer, 1);
        }
    }

    /// The replies to Put and to Get look alike in part.
    @Test
    void theReplyToAnotherRequest() throws Exception {
        try (var peer = Peer.answering((me, _, _) -> me.reply(new Reply.Stored(Samples.PLAIN)))) {
            assertLost(() -> peer.client().copy("b", "n"),
                    "its reply to org.fdbox.Store.Get is not what the interface says: parameter \"fileDescriptor\"");
            assertOfNoMoreUse(peer, 1);
        }
    }

    @Test
    void oneReplyMoreThanWasAskedFor() throws Exception {
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> me.say(EMPTY + EMPTY, fd))) {
            assertThat(peer.client().listBoxes()).isEmpty();
            assertLost(() -> peer.client().deleteBox("b"),
                    "the daemon sent a reply that nobody had asked for");
            assertOfNoMoreUse(peer, 1);
        }
    }

    @Test
    void aReplyThatWantsToGoOn() throws Exception {
        try (var peer = Peer.answering((me, _, _) -> me.replyAndContinue(new Reply.Boxes(List.of())))) {
            assertLost(() -> peer.client().listBoxes(),
                    "the daemon has more to say than the one reply that was asked for");
            assertOfNoMoreUse(peer, 1);
        }
    }

    @Test
    void moreDescriptorsThanAMessageCarries() throws Exception {
        var many = new OwnedFd[200];
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> {
                    Arrays.fill(many, fd);
                    me.say("{", many);
                    me.say("}|", many);
                })) {
            assertLost(() -> peer.client().listBoxes(),
                    "the daemon broke off: a message brings more than 253 descriptors");
            assertOfNoMoreUse(peer, 1);
        }
    }

    @Test
    void aClosedClientIsOfNoUseEither() throws Exception {
        try (var peer = Peer.saying(EMPTY)) {
            peer.client().close();
            peer.client().close();
            assertLost(() -> peer.client().listBoxes(), "this client is closed");
            peer.awaitEnd();
            assertThat(peer.requests()).isEqualTo(List.<Request>of());
        }
    }
}
