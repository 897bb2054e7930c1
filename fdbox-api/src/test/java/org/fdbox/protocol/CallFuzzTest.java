package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.stream.Stream;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a client's message.
class CallFuzzTest {

    static Stream<byte[]> seeds() {
        return Samples.requests().stream().map(Call::of).map(Codec::encodeCall).map(Samples::unterminated);
    }

    /// A call that is read is written as it was meant; everything else is refused by name.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 150_000)
    void isReadOrRefused(byte[] message) throws Exception {
        Call call;
        try {
            call = Codec.decodeCall(message);
        } catch (Malformed lost) {
            assertThat(Codec.isOneway(message)).isIn(false, true);
            return;
        } catch (Refused refused) {
            SameRefusal.isReadOf(refused);
            return;
        }
        byte[] again = SameRefusal.unterminated(Codec.encodeCall(call));
        assertThat(Codec.decodeCall(again)).isEqualTo(call);
        assertThat(plainly(again)).isEqualTo(plainly(message));
        assertThat(Codec.isOneway(message)).isEqualTo(call.oneway());
        assertOtherInterfacesAreClosed(message, call);
    }

    private static Map<String, Object> plainly(byte[] message) {
        return Said.plainly(Said.tree(new String(message, StandardCharsets.UTF_8)).orElseThrow());
    }

    private static void assertOtherInterfacesAreClosed(byte[] message, Call call) throws Exception {
        boolean ofTheStore = RequestWriter.method(call.request()).home() == Interface.STORE;
        try {
            assertThat(Codec.decodeCall(message, EnumSet.of(Interface.STORE))).isEqualTo(call);
            assertThat(ofTheStore).isTrue();
        } catch (Refused.PermissionDenied closed) {
            assertThat(ofTheStore).isFalse();
        }
    }
}
