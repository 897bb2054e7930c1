package org.fdbox.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RegisterHandler and Restored on the wire.
class LateHandlerMessagesTest {

    private static Request read(String method, String parameters) throws Exception {
        String message = "{\"method\":\"org.fdbox.Handover.%s\",\"parameters\":%s}";
        return Codec.decodeCall(message.formatted(method, parameters).getBytes(UTF_8)).request();
    }

    private static byte[] withoutNul(byte[] message) {
        return Arrays.copyOf(message, message.length - 1);
    }

    private static Request again(Request request) throws Exception {
        return Codec.decodeCall(withoutNul(Codec.encodeCall(Call.of(request)))).request();
    }

    private static Codec.Answer again(Reply reply) throws Exception {
        return Codec.decodeReply(
                new Request.RegisterHandler("x"), withoutNul(Codec.encodeReply(reply, true)));
    }

    @Test
    void requestsComeBackAsTheyWere() throws Exception {
        var register = new Request.RegisterHandler("vendor,tape-v7");
        var made = new Request.Restored("id", OptionalInt.of(2), Optional.empty());
        var failed = new Request.Restored("id", OptionalInt.empty(), Optional.of("no tape"));
        assertThat(again(register)).isEqualTo(register);
        assertThat(again(made)).isEqualTo(made);
        assertThat(again(failed)).isEqualTo(failed);
    }

    @Test
    void repliesComeBackAsTheyWere() throws Exception {
        var nothing = new Reply.ToRestore(Optional.empty());
        var wanted = new Reply.ToRestore(Optional.of(
                new Reply.WantedEntry("id", "b", "e", Map.of("side", "B"), OptionalInt.of(0))));
        var bare = new Reply.ToRestore(Optional.of(
                new Reply.WantedEntry("id", "b", "e", Map.of(), OptionalInt.empty())));
        assertThat(again(nothing)).isEqualTo(new Codec.Answer(nothing, true));
        assertThat(again(wanted)).isEqualTo(new Codec.Answer(wanted, true));
        assertThat(again(bare)).isEqualTo(new Codec.Answer(bare, true));
    }

    @Test
    void theDescriptorIsTheFirstWhereNothingIsSaid() throws Exception {
        assertThat(read("Restored", "{\"request\":\"r\"}"))
                .isEqualTo(new Request.Restored("r", OptionalInt.of(0), Optional.empty()));
        assertThat(read("Restored", "{\"request\":\"r\",\"fileDescriptor\":null,\"error\":\"e\"}"))
                .isEqualTo(new Request.Restored("r", OptionalInt.empty(), Optional.of("e")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}",
        "{\"request\":1}",
        "{\"request\":\"r\",\"fileDescriptor\":-1}",
        "{\"request\":\"r\",\"fileDescriptor\":0,\"error\":\"e\"}",
        "{\"request\":\"r\",\"more\":true}"})
    void anAnswerIsADescriptorOrAnError(String parameters) {
        assertThatThrownBy(() -> read("Restored", parameters)).isInstanceOf(Refused.InvalidParameter.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"compatible\":\"\"}", "{\"compatible\":\" \"}", "{\"compatible\":\"a\\nb\"}"})
    void aHandlerHasAName(String parameters) {
        assertThatThrownBy(() -> read("RegisterHandler", parameters))
                .isInstanceOf(Refused.InvalidParameter.class);
    }

    @Test
    void refusalsComeBackAsTheyWere() {
        for (Refused refused : new Refused[]{
            new Refused.HandlerExists("vendor,tape-v7"), new Refused.NoSuchRequest("id")}) {
            assertThatThrownBy(() -> Codec.decodeReply(
                    new Request.RegisterHandler("x"), withoutNul(Codec.encodeRefusal(refused))))
                    .isInstanceOf(refused.getClass())
                    .hasMessage(refused.getMessage());
        }
    }
}
