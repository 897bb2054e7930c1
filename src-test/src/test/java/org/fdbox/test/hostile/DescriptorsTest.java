package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Descriptors that come without words, too many, too few, at the wrong moment, or that lead back to the daemon.
class DescriptorsTest extends UnderAttack {

    /// Whoever stalls here is to be served all the same, however slow the machine is.
    @Override
    String config() {
        return "{\"stallSeconds\": 20}";
    }

    private OwnedFd memory;
    private OwnedFd[] many;

    @BeforeAll
    void makeMany() {
        memory = TestFds.memfd("many times");
        many = IntStream.range(0, Courier.MOST_DESCRIPTORS).mapToObj(_ -> memory).toArray(OwnedFd[]::new);
    }

    @AfterAll
    void closeMany() {
        memory.close();
    }

    private static String put(int index) {
        return call("Put", "\"box\":\"b\",\"name\":\"x\",\"fileDescriptor\":" + index);
    }

    private RawClient withABox() throws Exception {
        RawClient attacker = attacker();
        attacker.send(call("CreateBox", "\"name\":\"b\"")).receive();
        return attacker;
    }

    private static void deleteBox(RawClient attacker, int released) throws Exception {
        Map<String, Object> reply = attacker.send(call("DeleteBox", "\"name\":\"b\"")).receive();
        assertThat(reply.get("parameters")).hasToString("{released=" + released + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"method\":␀", "␀", "x␀", "{\"a\":1,\"a\":1}␀"})
    void asManyAsCanComeWithWhatIsNoMessage(String broken) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(broken, many);
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.awaitEnd();
        }
    }

    @Test
    void moreThanOneMessageCanBring() throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send("{", many);
            attacker.send(" ", memory);
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.awaitEnd();
        }
    }

    @Test
    void withoutAMessage() {
        for (int i = 0; i < 20; i++) {
            try (RawClient attacker = attacker()) {
                attacker.send("{", many);
            }
        }
    }

    @Test
    void aMessageWithoutThem() throws Exception {
        try (RawClient attacker = withABox()) {
            assertThat(attacker.send(put(0)).error()).isEqualTo("MissingFileDescriptor");
            assertThat(attacker.send(put(1), memory).error()).isEqualTo("MissingFileDescriptor");
            assertThat(attacker.send(put(0), memory, memory).error()).isEqualTo("SurplusFileDescriptors");
            assertThat(attacker.send(call("ListBoxes", ""), many).error())
                    .isEqualTo("SurplusFileDescriptors");
            deleteBox(attacker, 0);
        }
    }

    @Test
    void someOfManyAreNotNamed() throws Exception {
        try (RawClient attacker = withABox()) {
            String two = call("PutMany", "\"box\":\"b\",\"files\":[{\"name\":\"x\",\"fileDescriptor\":0},"
                    + "{\"name\":\"y\",\"fileDescriptor\":252}]");
            assertThat(attacker.send(two, many).error()).isEqualTo("SurplusFileDescriptors");
            String wrongName = two.replace("\"y\"", "\"..\"");
            assertThat(attacker.send(wrongName, memory, memory).error()).isIn("InvalidName",
                    "MissingFileDescriptor");
            String twice = two.replace("252", "0");
            assertThat(attacker.send(twice, memory).receive()).doesNotContainKey("error");
            deleteBox(attacker, 2);
        }
    }

    /// Not what the protocol asks of a client, but there is one message only that they can belong to.
    @Test
    void inMidMessage() throws Exception {
        try (RawClient attacker = withABox()) {
            String message = put(0);
            attacker.send(message.substring(0, 20));
            attacker.send(message.substring(20), memory);
            assertThat(attacker.receive()).doesNotContainKey("error");
            deleteBox(attacker, 1);
        }
    }

    /// A message without descriptors and one with them can arrive in one.
    @Test
    void withTheSecondOfTwoMessages() throws Exception {
        try (RawClient attacker = withABox()) {
            attacker.send(call("ListBoxes", "") + call("ListBoxes", ""));
            attacker.send(put(0), memory);
            attacker.receive();
            attacker.receive();
            assertThat(attacker.receive()).doesNotContainKey("error");
            deleteBox(attacker, 1);
        }
    }

    @Test
    void whoeverDiesBeforeTheAnswerHasPut() throws Exception {
        try (RawClient attacker = withABox()) {
            for (int i = 0; i < 100; i++) {
                try (RawClient dying = attacker()) {
                    dying.send(call("Put", "\"box\":\"b\",\"name\":\"" + i + "\",\"fileDescriptor\":0"),
                            memory);
                }
            }
            attacker.send(call("DeleteBox", "\"name\":\"b\"")).receive();
        }
    }

    @Test
    void aConnectionOfTheDaemonsOwn() throws Exception {
        try (RawClient attacker = withABox(); RawClient other = attacker()) {
            other.send(call("ListBoxes", "")).receive();
            assertThat(attacker.send(put(0), attacker.socket()).error()).isEqualTo("UnsupportedFd");
            assertThat(attacker.send(put(0), other.socket()).error()).isEqualTo("UnsupportedFd");
            deleteBox(attacker, 0);
        }
    }

    /// What waits unread in a socket lives as long as the socket's entry: a file, a connection of the daemon's own, and a socket with
    /// another one in it.
    @Test
    void aSocketThatCarriesFurtherOnes() throws Exception {
        int sockets = daemon().sockets();
        try (RawClient attacker = withABox()) {
            try (RawClient inside = attacker();
                    UnixSocket.Pair inner = UnixSocket.pair(); UnixSocket.Pair outer = UnixSocket.pair()) {
                inside.send(call("ListBoxes", "")).receive();
                fill(inner.one(), inside.socket());
                fill(outer.one(), inner.other());
                assertThat(attacker.send(put(0), outer.other()).receive()).doesNotContainKey("error");
            }
            deleteBox(attacker, 1);
        }
        Eventually.holds("what it carried is closed", () -> daemon().sockets() == sockets);
    }

    /// Two sockets, each in the other's queue, which only the boxes still hold; then nobody.
    @Test
    void socketsThatCarryEachOther() throws Exception {
        try (RawClient attacker = withABox()) {
            try (UnixSocket.Pair pair = UnixSocket.pair()) {
                fill(pair.one(), pair.one());
                fill(pair.other(), pair.other());
                String two = call("PutMany", "\"box\":\"b\",\"files\":[{\"name\":\"x\",\"fileDescriptor\":0},"
                        + "{\"name\":\"y\",\"fileDescriptor\":1}]");
                assertThat(attacker.send(two, pair.one(), pair.other()).receive())
                        .doesNotContainKey("error");
            }
            deleteBox(attacker, 2);
        }
    }

    private static void fill(OwnedFd socket, OwnedFd carried) {
        try (Courier courier = Courier.blocking()) {
            courier.send(socket, new byte[]{'x'}, 0, List.of(carried));
        }
    }

    @Test
    void whatHasNoHandler() throws Exception {
        try (RawClient attacker = withABox();
                Pipe.Ends pipe = Pipe.create();
                OwnedFd bothEnds = OpenFile.reopen(pipe.read(), OpenFlags.RDWR)) {
            assertThat(attacker.send(put(0), bothEnds).error()).isEqualTo("UnsupportedFd");
            deleteBox(attacker, 0);
        }
    }

    @Test
    void aTakingThatWantsNoAnswerTakesNothing() throws Exception {
        try (RawClient attacker = withABox(); FdBoxClient client = daemon().client()) {
            client.put("b", "x", memory);
            attacker.send(call("Get", "\"box\":\"b\",\"name\":\"x\"").replace("{\"method\"",
                    "{\"oneway\":true,\"method\""));
            attacker.awaitEnd();
            assertThat(client.list("b").entries()).hasSize(1);
            client.deleteBox("b");
        }
    }
}
