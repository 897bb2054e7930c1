package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Messages with descriptors, sent in any pieces and received in any others.
class CutStreamFuzzTest {

    private static final int MOST_BYTES = 40;

    /// Part of a message, as one sendmsg took it; its descriptors go with the first byte that is received of it.
    private static final class Sent {
        private final byte[] bytes;
        private final List<OwnedFd> descriptors;
        private int from;

        private Sent(byte[] bytes, List<OwnedFd> descriptors) {
            this.bytes = bytes;
            this.descriptors = new ArrayList<>(descriptors);
        }
    }

    /// What a client that sends each message's descriptors with its first byte means, arrives, wherever the stream is cut.
    @FuzzTest(maxExecutions = 40_000)
    void whereItIsCutMakesNoDifference(FuzzedDataProvider choices) throws Exception {
        var numbers = new NumberedFds();
        var meant = new ArrayList<String>();
        var stream = new ArrayDeque<Sent>();
        while (stream.size() < 40 && choices.consumeBoolean()) {
            String text = "x".repeat(choices.consumeInt(0, MOST_BYTES));
            List<OwnedFd> descriptors = numbers.make(choices.consumeInt(0, 3));
            meant.add(text + descriptors);
            send(choices, (text + "\0").getBytes(StandardCharsets.US_ASCII), descriptors, stream);
        }
        try (var reader = new FrameReader(MOST_BYTES)) {
            var arrived = new ArrayList<String>();
            while (!stream.isEmpty()) {
                receive(stream, choices.consumeInt(1, 2 * MOST_BYTES), reader);
                if (choices.consumeBoolean()) {
                    take(reader, arrived);
                }
            }
            take(reader, arrived);
            assertThat(arrived).isEqualTo(meant);
        }
        numbers.assertEachClosedOnce();
    }

    private static void send(FuzzedDataProvider choices, byte[] message, List<OwnedFd> descriptors,
            ArrayDeque<Sent> stream) {
        List<OwnedFd> with = descriptors;
        for (int from = 0; from < message.length;) {
            int to = choices.consumeInt(from + 1, message.length);
            stream.add(new Sent(Arrays.copyOfRange(message, from, to), with));
            from = to;
            with = List.of();
        }
    }

    /// As unix_stream_read_generic() of the kernel does (net/unix/af_unix.c): a receive goes on over what was sent, as far as there
    /// is room, and ends behind what brought descriptors.
    private static void receive(ArrayDeque<Sent> stream, int room, FrameReader reader) throws Exception {
        var bytes = new ByteArrayOutputStream();
        var descriptors = new ArrayList<OwnedFd>();
        while (!stream.isEmpty() && bytes.size() < room && descriptors.isEmpty()) {
            Sent first = stream.peek();
            int count = Math.min(room - bytes.size(), first.bytes.length - first.from);
            bytes.write(first.bytes, first.from, count);
            first.from += count;
            descriptors.addAll(first.descriptors);
            first.descriptors.clear();
            if (first.from == first.bytes.length) {
                stream.remove();
            }
        }
        reader.add(bytes.toByteArray(), bytes.size(), descriptors, false);
    }

    private static void take(FrameReader reader, List<String> arrived) {
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            arrived.add(Messages.text(frame) + frame.descriptors());
            frame.close();
        }
        assertThat(reader.heldBytes()).isEqualTo(reader.unfinishedBytes());
        assertThat(reader.heldDescriptors()).isEqualTo(reader.unfinishedDescriptors());
    }
}
