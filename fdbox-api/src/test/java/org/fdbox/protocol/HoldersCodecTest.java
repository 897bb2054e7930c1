package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holders, and what Seal says with exclusive, as bytes: a client reads what a server wrote.
class HoldersCodecTest {

    private static final Request HOLDERS = new Request.Holders("vm1", "ram");
    private static final Request SEAL = new Request.Seal("vm1", true);
    private static final List<Holder> TWO =
            List.of(new Holder(812, 12, "qemu"), new Holder(900, -1, "a\nb\u0000 ä"));

    private static byte[] message(byte[] terminated) {
        return Arrays.copyOf(terminated, terminated.length - 1);
    }

    private static byte[] message(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void requestsArriveAsTheyWereSent() throws Exception {
        for (Request request : List.of(HOLDERS, SEAL)) {
            byte[] sent = message(Codec.encodeCall(Call.of(request)));
            assertThat(Codec.decodeCall(sent)).isEqualTo(Call.of(request));
        }
    }

    @Test
    void repliesArriveAsTheyWereSent() throws Exception {
        var found = new Reply.HoldersFound(TWO, true);
        assertThat(Codec.decodeReply(HOLDERS, message(Codec.encodeReply(found, false))).reply())
                .isEqualTo(found);
        var sealed = new Reply.Sealed(Optional.of(false));
        assertThat(Codec.decodeReply(SEAL, message(Codec.encodeReply(sealed, false))).reply())
                .isEqualTo(sealed);
    }

    @Test
    void aRefusalNamesTheHolders() {
        byte[] sent = message(
                Codec.encodeRefusal(new Refused.FdBusy("vm1", "ram", new Reply.HoldersFound(TWO, false))));
        assertThatThrownBy(() -> Codec.decodeReply(SEAL, sent))
                .isInstanceOfSatisfying(Refused.FdBusy.class, busy -> {
                    assertThat(busy.found()).isEqualTo(new Reply.HoldersFound(TWO, false));
                    assertThat(busy.parameters()).containsEntry("box", "vm1").containsEntry("name", "ram");
                })
                .hasMessage("\"ram\" of box \"vm1\" is still open in process 812 (qemu) and 1 more");
    }

    @Test
    void aRefusalIsWrittenAsTheInterfaceSays() throws Malformed {
        var busy = new Refused.FdBusy("b", "e", new Reply.HoldersFound(List.of(new Holder(7, 3, "x")), true));
        assertThat(new String(message(Codec.encodeRefusal(busy)), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {"error":"org.fdbox.Store.FdBusy","parameters":{"box":"b","name":"e","holders":\
                        [{"pid":7,"fileDescriptorNumber":3,"command":"x"}],"complete":true}}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
            {"parameters":{"holders":[{"pid":1,"fileDescriptorNumber":2}],"complete":true}}""", """
            {"parameters":{"holders":[7],"complete":true}}""", """
            {"parameters":{"complete":true}}"""})
    void aReplyOfAnotherShapeIsNoReply(String reply) {
        assertThatThrownBy(() -> Codec.decodeReply(HOLDERS, message(reply))).isInstanceOf(Malformed.class);
    }

    @Test
    void aRequestNeedsBothNames() {
        assertThatThrownBy(() -> Codec.decodeCall(message("""
                {"method":"org.fdbox.Store.Holders","parameters":{"box":"b"}}""")))
                .isInstanceOf(Refused.InvalidParameter.class);
    }
}
