package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any bytes and descriptors, in any pieces.
class FrameReaderFuzzTest {

    private static final int MOST_BYTES = 40;

    /// Whatever a client does instead: no byte and no descriptor is lost or there twice, and they keep their order.
    @FuzzTest(maxExecutions = 40_000)
    void nothingIsLostOrThereTwice(FuzzedDataProvider choices) {
        var numbers = new NumberedFds();
        var sent = new ByteArrayOutputStream();
        var arrived = new ArrayList<Frame>();
        var reader = new FrameReader(MOST_BYTES);
        try {
            while (choices.remainingBytes() > 0) {
                List<OwnedFd> descriptors = numbers.make(choices.consumeInt(0, 60));
                byte[] bytes = choices.consumeBytes(choices.consumeInt(1, 2 * MOST_BYTES));
                sent.writeBytes(bytes);
                reader.add(bytes, bytes.length, descriptors, choices.consumeBoolean());
                for (int i = choices.consumeInt(0, 3); i > 0 && reader.next() instanceof Frame frame; i--) {
                    arrived.add(frame);
                }
            }
            while (reader.next() instanceof Frame frame) {
                arrived.add(frame);
            }
            assertThat(text(arrived)).isEqualTo(whole(sent));
        } catch (FrameReader.TooLong tooLong) {
            assertThat(tooLong.getMessage()).contains("a message");
        }
        assertThat(numbers.closed).isEmpty();
        arrived.forEach(Frame::close);
        assertThat(numbers.closed).isSorted();
        reader.close();
        numbers.assertEachClosedOnce();
    }

    private static String text(List<Frame> frames) {
        var text = new StringBuilder();
        frames.forEach(frame -> text.append(Messages.text(frame)).append('\0'));
        return text.toString();
    }

    private static String whole(ByteArrayOutputStream sent) {
        String all = sent.toString(StandardCharsets.ISO_8859_1);
        return all.substring(0, all.lastIndexOf('\0') + 1);
    }
}
