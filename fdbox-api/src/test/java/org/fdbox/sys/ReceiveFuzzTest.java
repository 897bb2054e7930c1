package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.provider.MethodSource;

/// Any answer of recvmsg(2), also one that no kernel gives. An input is the result, msg_flags and msg_controllen, and then what lies
/// in msg_control.
class ReceiveFuzzTest {

    private static final int HEAD = 16;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MOST_BYTES = 64;
    /// struct msghdr
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;

    private static final Courier COURIER = Courier.nonBlocking();

    @AfterAll
    static void close() {
        COURIER.close();
    }

    /// The kernel that answers as an input says, and notes what is closed.
    private static final class Answering implements Kernel {
        private final ByteBuffer input;
        private final List<Integer> closed = new ArrayList<>();

        private Answering(ByteBuffer input) {
            this.input = input;
        }

        /// A negative one is an error. Few bytes, since each is a message here; and no signal without an end.
        private int result() {
            int result = Math.clamp(input.getInt(0), -4095, MOST_BYTES);
            return result == -Errno.EINTR ? 0 : result;
        }

        private boolean truncates() {
            return (input.getInt(4) & MSG_CTRUNC) != 0;
        }

        private byte[] control() {
            var control = new byte[Math.min(input.capacity() - HEAD, ControlMessages.ROOM)];
            input.get(HEAD, control);
            return control;
        }

        /// How much of the control buffer there is by its own word, as far as that can be true.
        private int controlLength() {
            return (int) Math.clamp(input.getLong(8), 0L, (long) ControlMessages.ROOM);
        }

        @Override
        public long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
            switch (call) {
                case CLOSE -> closed.add((int) a);
                case RECVMSG -> answer(Kernels.memory(b, 56));
                default -> throw new AssertionError("not for a receive: " + call);
            }
            return call == SystemCall.RECVMSG ? result() : 0;
        }

        private void answer(MemorySegment header) {
            MemorySegment room = Kernels.memory(header.get(ValueLayout.JAVA_LONG, CONTROL),
                    ControlMessages.ROOM).fill((byte) 0);
            byte[] control = control();
            MemorySegment.copy(control, 0, room, ValueLayout.JAVA_BYTE, 0, control.length);
            header.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, input.getLong(8));
            header.set(ValueLayout.JAVA_INT, FLAGS, input.getInt(4));
        }
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                input(4, 0, 0),
                input(-Errno.EAGAIN, 0, 0),
                input(0, 0, 0),
                input(4, 0, 20, message(1, 1, 7)),
                input(4, MSG_CTRUNC, 24, message(1, 1, 7, 8)),
                input(4, 0, 24 + 28, message(1, 1, 7, 8), message(1, 2, 1, 0, 0)),
                input(9, 0, 32 + 20, message(1, 2, 1, 0, 0), message(1, 1, 5)),
                input(MOST_BYTES, 0, 1028, message(1, 1, IntStream.range(3, 256).toArray())));
    }

    private static byte[] input(int result, int flags, long length, byte[]... messages) {
        int size = Stream.of(messages).mapToInt(message -> message.length).sum();
        ByteBuffer input = ByteBuffer.allocate(HEAD + size).order(ByteOrder.nativeOrder())
                .putInt(result).putInt(flags).putLong(length);
        Stream.of(messages).forEach(input::put);
        return input.array();
    }

    /// struct cmsghdr, the numbers, and what aligns the next.
    private static byte[] message(int level, int type, int... numbers) {
        int length = 16 + 4 * numbers.length;
        ByteBuffer message = ByteBuffer.allocate((length + 7) & ~7).order(ByteOrder.nativeOrder())
                .putLong(length).putInt(level).putInt(type);
        IntStream.of(numbers).forEach(message::putInt);
        return message.array();
    }

    /// Every number that the kernel passed is closed, once, and no other; a loss is told.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 350_000)
    void everyDescriptorIsOwnedOnce(byte[] bytes) {
        if (bytes.length < HEAD) {
            return;
        }
        var kernel = new Answering(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
        int result = kernel.result();
        boolean arrives = result > 0;
        List<Integer> passed = arrives ? numbers(kernel.control(), kernel.controlLength()) : List.of();
        var reader = new FrameReader(1 << 20);
        try {
            Courier.Arrival arrival = COURIER.receive(new OwnedFd(kernel, 1), reader);
            assertThat(arrival == Courier.Arrival.DATA).isEqualTo(arrives);
            reader.add(new byte[1], 1, List.of(), false);
            assertToldOfLoss(reader, arrives && kernel.truncates());
        } catch (SystemCallException failed) {
            assertThat(failed.errno()).isEqualTo(-result);
        } catch (FrameReader.TooLong tooMany) {
            assertThat(passed).hasSizeGreaterThan(Courier.MOST_DESCRIPTORS);
        }
        reader.close();
        assertThat(kernel.closed).isEqualTo(passed.stream().filter(number -> number != -1).toList());
    }

    private static void assertToldOfLoss(FrameReader reader, boolean lost) {
        boolean told = false;
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            told |= frame.truncated();
            frame.close();
        }
        assertThat(told).isEqualTo(lost);
    }

    /// What cmsg(3) says of such a buffer, read in another way than the code does.
    private static List<Integer> numbers(byte[] control, int length) {
        var numbers = new ArrayList<Integer>();
        ByteBuffer rest = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        rest.put(control, 0, Math.min(length, control.length)).position(0);
        while (rest.remaining() >= 16) {
            long size = rest.getLong(rest.position());
            if (size < 16 || size > rest.remaining()) {
                break;
            }
            ByteBuffer message = rest.slice(rest.position(), (int) size).order(ByteOrder.nativeOrder());
            if (message.getInt(8) == 1 && message.getInt(12) == 1) {
                message.position(16);
                while (message.remaining() >= 4) {
                    numbers.add(message.getInt());
                }
            }
            rest.position((int) Math.min(rest.limit(), rest.position() + (size + 7) / 8 * 8));
        }
        return numbers;
    }
}
