package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a server's reply to any call: an input is the call, a NUL, and the reply.
class ReplyFuzzTest {

    static Stream<byte[]> seeds() {
        Stream<byte[]> replies = Samples.exchanges().stream()
                .map(both -> input(both.request(), Codec.encodeReply(both.reply(), false)));
        Stream<byte[]> refusals = Samples.refusals().stream()
                .map(refused -> input(new Request.ListBoxes(), Codec.encodeRefusal(refused)));
        return Stream.concat(replies, refusals);
    }

    private static byte[] input(Request request, byte[] reply) {
        var input = new ByteArrayOutputStream();
        input.writeBytes(Codec.encodeCall(Call.of(request)));
        input.write(reply, 0, reply.length - 1);
        return input.toByteArray();
    }

    /// A reply that is read is written with nothing that was not said; everything else is no message, or a refusal.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 100_000)
    void isReadOrRefused(byte[] input) throws Exception {
        int end = 0;
        while (end < input.length && input[end] != 0) {
            end++;
        }
        byte[] message = Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);
        Request request;
        try {
            request = Codec.decodeCall(Arrays.copyOf(input, end)).request();
        } catch (Malformed | Refused asksNothing) {
            return;
        }
        isReadOrRefused(request, message);
    }

    private static void isReadOrRefused(Request request, byte[] message) throws Exception {
        Codec.Answer answer;
        try {
            answer = Codec.decodeReply(request, message);
        } catch (Malformed lost) {
            return;
        } catch (Refused refused) {
            SameRefusal.isReadOf(refused);
            return;
        }
        byte[] again = SameRefusal.unterminated(Codec.encodeReply(answer.reply(), answer.continues()));
        assertThat(Codec.decodeReply(request, again)).isEqualTo(answer);
        assertThat(Said.isSaidBy(plainly(again), plainly(message))).isTrue();
    }

    private static Map<String, Object> plainly(byte[] message) {
        return Said.plainly(Said.tree(new String(message, StandardCharsets.UTF_8)).orElseThrow());
    }
}
