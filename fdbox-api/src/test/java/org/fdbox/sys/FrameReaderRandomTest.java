package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// Whatever the sizes of the pieces, no byte and no descriptor is lost, made up or given to another message.
class FrameReaderRandomTest {

    /// Numbers that no process has, so that nothing real is closed.
    private static final Kernel NOTHING = (_, _, _, _, _, _, _) -> 0;

    private record Message(String text, List<OwnedFd> descriptors) {}

    @RepeatedTest(20)
    void everyStreamComesOutAsItWasSent(RepetitionInfo repetition) throws Exception {
        var random = new Random(repetition.getCurrentRepetition());
        List<Message> sent = messages(random, 200);
        var reader = new FrameReader(5000);
        var received = new ArrayList<Message>();
        deliver(sent, random, reader, received);
        assertThat(received).isEqualTo(sent);
        assertThat(reader.unfinishedBytes()).isZero();
        assertThat(reader.drain()).isEmpty();
    }

    private static List<Message> messages(Random random, int count) {
        var messages = new ArrayList<Message>();
        int number = 1_000_000;
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(4) == 0 ? random.nextInt(5000) : random.nextInt(6);
            var text = new StringBuilder();
            while (text.length() < length) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            var descriptors = new ArrayList<OwnedFd>();
            for (int left = random.nextInt(3) == 0 ? random.nextInt(254) : 0; left > 0; left--) {
                descriptors.add(new OwnedFd(NOTHING, number++));
            }
            messages.add(new Message(text.toString(), descriptors));
        }
        return messages;
    }

    /// As the kernel does it: a receive has bytes of as many sends as it likes, stops behind the one that
    /// carried descriptors, and brings those with the first byte of that send.
    private static void deliver(List<Message> sent, Random random, FrameReader reader, List<Message> received)
            throws Exception {
        var piece = new ArrayList<Byte>();
        List<OwnedFd> carried = List.of();
        for (Message message : sent) {
            if (!message.descriptors.isEmpty() && !carried.isEmpty()) {
                hand(piece, carried, reader, received);
            }
            carried = message.descriptors.isEmpty() ? carried : message.descriptors;
            for (byte next : (message.text + "\0").getBytes(StandardCharsets.US_ASCII)) {
                piece.add(next);
                if (random.nextInt(50) == 0) {
                    hand(piece, carried, reader, received);
                    carried = List.of();
                }
            }
            if (!carried.isEmpty()) {
                hand(piece, carried, reader, received);
                carried = List.of();
            }
        }
        hand(piece, carried, reader, received);
    }

    private static void hand(List<Byte> piece, List<OwnedFd> carried, FrameReader reader,
            List<Message> received)
            throws Exception {
        var bytes = new byte[piece.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = piece.get(i);
        }
        piece.clear();
        reader.add(bytes, bytes.length, carried, false);
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            received.add(new Message(Messages.text(frame), frame.descriptors()));
        }
    }
}
