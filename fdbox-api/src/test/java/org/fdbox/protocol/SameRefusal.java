package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/// Holds what a refusal becomes on its way to the other side against what it was.
final class SameRefusal {

    private SameRefusal() {}

    static void isReadOf(Refused refused) throws Malformed {
        byte[] message = unterminated(Codec.encodeRefusal(refused));
        try {
            Codec.decodeReply(new Request.ListBoxes(), message);
            fail("a refusal was read as a reply");
        } catch (Refused again) {
            assertThat(again).isExactlyInstanceOf(refused.getClass());
            assertThat(again.error()).isEqualTo(refused.error());
            assertThat(again.parameters()).isEqualTo(refused.parameters());
            assertThat(again.getMessage()).isEqualTo(refused.getMessage());
        }
    }

    /// A message as it is sent, without the NUL that ends it, which must be its only one.
    static byte[] unterminated(byte[] message) {
        int first = 0;
        while (message[first] != 0) {
            first++;
        }
        assertThat(first).isEqualTo(message.length - 1);
        return Samples.unterminated(message);
    }
}
