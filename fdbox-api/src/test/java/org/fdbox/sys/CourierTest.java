package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.fdbox.sys.Courier.Arrival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes and descriptors go in at one end of a socket and come out at the other.
@ExtendWith(NoLeak.class)
class CourierTest {

    private static final int F_GETFD = 1;

    private final UnixSocket.Pair pair = UnixSocket.pair();
    private final Courier courier = Courier.nonBlocking();
    private final FrameReader reader = new FrameReader(1 << 20);

    @AfterEach
    void close() {
        pair.close();
        courier.close();
        reader.close();
    }

    private int send(String text, OwnedFd... descriptors) {
        return courier.send(pair.one(), Messages.bytes(text), 0, List.of(descriptors));
    }

    private Arrival receive() throws Exception {
        return courier.receive(pair.other(), reader);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 253})
    void descriptorsArriveWithTheMessage(int count) throws Exception {
        OwnedFd[] sent = Messages.descriptors(count);
        for (int i = 0; i < count; i++) {
            EventFd.add(sent[i], i + 1);
        }
        assertThat(send("put|", sent)).isEqualTo(4);
        assertThat(sent).allMatch(OwnedFd::isOpen);
        Arrays.asList(sent).forEach(OwnedFd::close);
        assertThat(receive()).isEqualTo(Arrival.DATA);
        try (Frame frame = reader.next()) {
            assertThat(Messages.text(frame)).isEqualTo("put");
            assertThat(frame.truncated()).isFalse();
            assertThat(frame.descriptors()).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(EventFd.read(frame.descriptors().get(i))).as("the one sent as %s", i)
                        .isEqualTo(i + 1);
            }
        }
    }

    @Test
    void whatArrivesIsCloseOnExec() throws Exception {
        try (OwnedFd eventFd = EventFd.create(0, false, false)) {
            send("put|", eventFd);
        }
        receive();
        try (Frame frame = reader.next()) {
            int number = frame.descriptors().getFirst().number();
            assertThat(Kernel.SYSTEM.call(SystemCall.FCNTL, number, F_GETFD)).isEqualTo(1);
        }
    }

    @Test
    void oneDescriptorTooManyIsRefusedAndNothingIsSent() throws Exception {
        OwnedFd[] sent = Messages.descriptors(254);
        assertThatIllegalArgumentException().isThrownBy(() -> send("put|", sent));
        Arrays.asList(sent).forEach(OwnedFd::close);
        assertThat(receive()).isEqualTo(Arrival.NOTHING);
    }

    @Test
    void whatBringsNoDescriptorsIsTakenAway() throws Exception {
        for (int i = 0; i < 3; i++) {
            send("x".repeat(40_000) + "|");
        }
        assertThat(courier.discard(pair.other())).isTrue();
        assertThat(receive()).isEqualTo(Arrival.NOTHING);
        pair.one().close();
        assertThat(courier.discard(pair.other())).isTrue();
    }

    @Test
    void whatBringsDescriptorsStaysWhereItIs() throws Exception {
        send("x".repeat(40_000) + "|");
        try (OwnedFd eventFd = EventFd.create(0, false, false)) {
            send("put|", eventFd);
        }
        assertThat(courier.discard(pair.other())).isFalse();
        assertThat(receive()).isEqualTo(Arrival.DATA);
        assertThat(reader.heldDescriptors()).isEqualTo(1);
    }

    @Test
    void withoutDataThereIsNothing() throws Exception {
        assertThat(receive()).isEqualTo(Arrival.NOTHING);
        assertThat(reader.next()).isNull();
    }

    @Test
    void theEndIsToldAfterWhatWasSentBeforeIt() throws Exception {
        send("last|");
        pair.one().close();
        assertThat(receive()).isEqualTo(Arrival.DATA);
        assertThat(Messages.ready(reader)).containsExactly("last");
        assertThat(receive()).isEqualTo(Arrival.END);
        assertThat(receive()).isEqualTo(Arrival.END);
    }

    @Test
    void aPeerThatLeavesWithUnreadMessagesIsTheEndToo() throws Exception {
        courier.send(pair.other(), Messages.bytes("never read|"), 0, List.of());
        pair.one().close();
        assertThat(receive()).isEqualTo(Arrival.END);
    }

    @Test
    void aMessageOfSeveralBuffersArrivesWholeWithItsDescriptorsOnce() throws Exception {
        byte[] message = Messages.bytes("x".repeat(300_000) + "|");
        OwnedFd[] sent = Messages.descriptors(2);
        List<OwnedFd> carried = List.of(sent);
        for (int done = 0; done < message.length || reader.unfinishedBytes() > 0;) {
            if (done < message.length) {
                int count = courier.send(pair.one(), message, done, carried);
                carried = count > 0 ? List.of() : carried;
                done += count;
            }
            receive();
        }
        Arrays.asList(sent).forEach(OwnedFd::close);
        try (Frame frame = reader.next()) {
            assertThat(frame.bytes()).isEqualTo(Arrays.copyOf(message, message.length - 1));
            assertThat(frame.descriptors()).hasSize(2);
        }
    }

    @Test
    void messagesOfSeveralSendsAreNotMixedUp() throws Exception {
        OwnedFd[] sent = Messages.descriptors(3);
        send("list|");
        send("put1|", sent[0]);
        send("list|");
        send("put2|", sent[1], sent[2]);
        Arrays.asList(sent).forEach(OwnedFd::close);
        while (receive() == Arrival.DATA) {
            // Until nothing is left.
        }
        assertThat(Messages.ready(reader)).containsExactly("list", "put1+1", "list", "put2+2");
    }

    @Test
    void oneCourierServesManySockets() throws Exception {
        try (var another = UnixSocket.pair();
                var anotherReader = new FrameReader(100)) {
            send("one|");
            courier.send(another.one(), Messages.bytes("another|"), 0, List.of());
            receive();
            courier.receive(another.other(), anotherReader);
            assertThat(Messages.ready(reader)).containsExactly("one");
            assertThat(Messages.ready(anotherReader)).containsExactly("another");
        }
    }

    @Test
    void descriptorsInFlightAreClosedWithTheSocketThatNobodyReads() throws Exception {
        try (Pipe.Ends pipe = Pipe.create()) {
            send("put|", pipe.write());
            pipe.write().close();
            pair.close();
            assertThat(Pipe.read(pipe.read(), 1)).as("the end, since nobody can write").isEmpty();
        }
    }
}
