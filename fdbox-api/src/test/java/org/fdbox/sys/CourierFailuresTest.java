package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdbox.sys.Courier.Arrival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a message when the kernel interrupts, takes less, drops descriptors or fails.
@ExtendWith(NoLeak.class)
class CourierFailuresTest {

    /// struct msghdr
    private static final int VECTOR = 16;
    private static final int CONTROL_LENGTH = 40;

    private final UnixSocket.Pair pair = UnixSocket.pair();
    private final Courier courier = Courier.nonBlocking();
    private final FrameReader reader = new FrameReader(1 << 20);

    @AfterEach
    void close() {
        pair.close();
        courier.close();
        reader.close();
    }

    private int send(OwnedFd socket, String text, OwnedFd... descriptors) {
        return courier.send(socket, Messages.bytes(text), 0, List.of(descriptors));
    }

    private void put(int descriptors) {
        OwnedFd[] sent = Messages.descriptors(descriptors);
        send(pair.one(), "put|", sent);
        Arrays.asList(sent).forEach(OwnedFd::close);
    }

    private static void fails(int errno, ThrowingCallable action) {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(action)
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    @Test
    void aSignalInterruptsNeitherSendingNorReceiving() throws Exception {
        Kernel interruptedSend = Kernels.answering(SystemCall.SENDMSG, -Errno.EINTR, -Errno.EINTR);
        Kernel interruptedReceive = Kernels.answering(SystemCall.RECVMSG, -Errno.EINTR, -Errno.EINTR);
        try (OwnedFd out = Kernels.through(interruptedSend, pair.one());
                OwnedFd in = Kernels.through(interruptedReceive, pair.other());
                OwnedFd eventFd = EventFd.create(0, false, false)) {
            assertThat(send(out, "put|", eventFd)).isEqualTo(4);
            assertThat(courier.receive(in, reader)).isEqualTo(Arrival.DATA);
            assertThat(Messages.ready(reader)).containsExactly("put+1");
            assertThat(courier.receive(in, reader)).isEqualTo(Arrival.NOTHING);
        }
    }

    @Test
    void aFullSocketTakesNothingNow() {
        var big = new byte[1 << 20];
        int sent = 0;
        for (int count = -1; count != 0;) {
            count = courier.send(pair.one(), big, 0, List.of());
            sent += count;
        }
        assertThat(sent).isPositive();
    }

    /// The caller goes on from where the socket stopped, without the descriptors.
    @Test
    void aShortSendSaysHowMuchWent() throws Exception {
        Kernel oneByte = Kernels.replacing(SystemCall.SENDMSG, (call, a, b, c, d, e, f) -> {
            MemorySegment header = Kernels.memory(b, 56);
            Kernels.memory(header.get(ValueLayout.JAVA_LONG, VECTOR), 16).set(ValueLayout.JAVA_LONG, 8, 1);
            return Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        });
        byte[] message = Messages.bytes("put|");
        try (OwnedFd out = Kernels.through(oneByte, pair.one());
                OwnedFd eventFd = EventFd.create(0, false, false)) {
            assertThat(courier.send(out, message, 0, List.of(eventFd))).isEqualTo(1);
            for (int i = 1; i < message.length; i++) {
                assertThat(courier.send(out, message, i, List.of())).isEqualTo(1);
            }
        }
        while (courier.receive(pair.other(), reader) == Arrival.DATA) {
            // Until the end.
        }
        assertThat(Messages.ready(reader)).containsExactly("put+1");
    }

    @Test
    void sendingToAPeerThatIsGoneIsABrokenPipeAndNoSignal() {
        pair.other().close();
        try (OwnedFd eventFd = EventFd.create(0, false, false)) {
            fails(Errno.EPIPE, () -> send(pair.one(), "put|", eventFd));
            assertThat(eventFd.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPIPE, Errno.ECONNRESET, Errno.ETOOMANYREFS, Errno.ENOMEM, Errno.EIO})
    void aSendThatFailsLeavesTheDescriptorsToTheCaller(int errno) {
        try (OwnedFd out = Kernels.through(Kernels.always(SystemCall.SENDMSG, -errno), pair.one());
                OwnedFd eventFd = EventFd.create(0, false, false)) {
            fails(errno, () -> send(out, "put|", eventFd));
            assertThat(eventFd.isOpen()).isTrue();
        }
    }

    @Test
    void aConnectionThatWasResetIsTheEnd() throws Exception {
        try (OwnedFd in =
                Kernels.through(Kernels.always(SystemCall.RECVMSG, -Errno.ECONNRESET), pair.other())) {
            assertThat(courier.receive(in, reader)).isEqualTo(Arrival.END);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.ENOMEM, Errno.EBADF})
    void otherFailuresOfAReceiveAreTold(int errno) {
        try (OwnedFd in = Kernels.through(Kernels.always(SystemCall.RECVMSG, -errno), pair.other())) {
            fails(errno, () -> courier.receive(in, reader));
        }
    }

    @Test
    void withoutRoomForAllTheRestIsClosedByTheKernelAndTheMessageIsMarked() throws Exception {
        Kernel cramped = Kernels.replacing(SystemCall.RECVMSG, (call, a, b, c, d, e, f) -> {
            Kernels.memory(b, 56).set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, 16 + 4 * 4);
            return Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        });
        put(9);
        try (OwnedFd in = Kernels.through(cramped, pair.other())) {
            assertThat(courier.receive(in, reader)).isEqualTo(Arrival.DATA);
        }
        try (Frame frame = reader.next()) {
            assertThat(frame.truncated()).isTrue();
            assertThat(frame.descriptors()).hasSize(4);
        }
    }

    /// No kernel says so; whoever believed it would read on without an end.
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, ControlMessages.ROOM + 1, 1L << 52, Long.MAX_VALUE})
    void noMoreIsReadThanThereIsRoomFor(long length) throws Exception {
        Kernel boasting = Kernels.replacing(SystemCall.RECVMSG, (call, a, b, c, d, e, f) -> {
            long count = Kernel.SYSTEM.call(call, a, b, c, d, e, f);
            Kernels.memory(b, 56).set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, length);
            return count;
        });
        send(pair.one(), "put|");
        try (OwnedFd in = Kernels.through(boasting, pair.other())) {
            assertThat(courier.receive(in, reader)).isEqualTo(Arrival.DATA);
        }
        assertThat(Messages.ready(reader)).containsExactly("put");
    }

    @Test
    void withoutFreeNumbersTheMessageIsMarkedAndTheNextOneIsNot() throws Exception {
        put(1);
        courier.receive(pair.other(), reader);
        assertThat(Messages.ready(reader)).containsExactly("put+1");
        put(9);
        FewNumbers.leaving(2, () -> courier.receive(pair.other(), reader));
        try (Frame frame = reader.next()) {
            assertThat(frame.truncated()).isTrue();
            assertThat(frame.descriptors()).hasSize(2);
        }
        put(9);
        courier.receive(pair.other(), reader);
        try (Frame frame = reader.next()) {
            assertThat(frame.truncated()).isFalse();
            assertThat(frame.descriptors()).hasSize(9);
        }
    }

    @Test
    void descriptorsOfAMessageThatIsTooLongAreTheReadersToClose() {
        try (var small = new FrameReader(3)) {
            put(2);
            send(pair.one(), "too long|");
            assertThatExceptionOfType(FrameReader.TooLong.class).isThrownBy(() -> {
                while (courier.receive(pair.other(), small) == Arrival.DATA) {
                    // The second message may come with the first or after it.
                }
            });
        }
    }

    @Test
    void aClosedSocketIsAFaultOfTheCaller() {
        pair.one().close();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> send(pair.one(), "x|"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> courier.receive(pair.one(), reader));
    }
}
