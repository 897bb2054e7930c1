package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that are none, and messages that say what they may not.
class MessagesTest extends UnderAttack {

    /// Whoever stalls here is to be served all the same, however slow the machine is.
    @Override
    String config() {
        return "{\"stallSeconds\": 20}";
    }

    private static final String INFO = "{\"method\":\"org.varlink.service.GetInfo\"}␀";

    private static String nested(int depth) {
        return "{\"method\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    static Stream<String> lost() {
        return Stream.of(
                "", " ", "x", "{", "}", "[]", "null", "7", "\"method\"", "{\"method\":", "{\"method\":1,}",
                "{}{}",
                "{'method':1}", "{\"method\":NaN}", "{\"method\":1e}", "{\"method\":" + "9".repeat(101) + "}",
                "{\"method\":\"a\",\"method\":\"a\"}", "{\"parameters\":{\"a\":1,\"a\":2}}",
                "\uFEFF{\"method\":\"org.varlink.service.GetInfo\"}", "{\"method\":\"\n\"}",
                nested(65), "[".repeat(500_000), "{\"a\":".repeat(100_000),
                "{\"" + "k".repeat(1_000_000) + "\":1}");
    }

    @ParameterizedTest
    @MethodSource("lost")
    void whatIsNoMessageEndsTheConnection(String bytes) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(bytes + "␀");
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.awaitEnd();
        }
    }

    /// Broken sequences, an overlong NUL and slash, a surrogate, and more than Unicode has; one character a byte.
    @ParameterizedTest
    @ValueSource(strings = {"\u00ff", "\u00c3", "\u00e2\u0082", "\u00c0\u0080", "\u00c0\u00af",
        "\u00ed\u00a0\u0080",
        "\u00f4\u0090\u0080\u0080", "\u0080"})
    void whatIsNotUtf8EndsTheConnection(String bytes) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(("{\"method\":\"" + bytes + "\"}\0").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.awaitEnd();
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', value = {
        "{}                                                                     | InvalidParameter",
        "{\"method\":7}                                                         | InvalidParameter",
        "{\"method\":\"\"}                                                      | InterfaceNotFound",
        "{\"method\":\"Put\"}                                                   | InterfaceNotFound",
        "{\"method\":\"org.fdbox.Store.Steal\"}                                 | MethodNotFound",
        "{\"method\":\"org.fdbox.Store.ListBoxes\",\"parameters\":[]}           | InvalidParameter",
        "{\"method\":\"org.fdbox.Store.ListBoxes\",\"parameters\":{\"a\":1}}    | InvalidParameter",
        "{\"method\":\"org.fdbox.Store.ListBoxes\",\"other\":1}                 | InvalidParameter",
        "{\"method\":\"org.fdbox.Store.ListBoxes\",\"upgrade\":true}            | InvalidParameter",
        "{\"method\":\"org.fdbox.Handover.Save\",\"parameters\":{\"directory\":\"a\"}}      | InvalidParameter",
        "{\"method\":\"org.fdbox.Handover.Save\",\"parameters\":{\"directory\":\"/\\u0000\"}} | InvalidParameter"})
    void whatCannotBeDoneIsRefusedAndTheConnectionGoesOn(String message, String error) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(message + "␀");
            assertThat(attacker.error()).isEqualTo(error);
            assertThat(attacker.send(INFO).receive()).containsKey("parameters");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "/", "a/b", "a=b", "a\\u0000b", "\\u0000", "a\\nb", "\\u001b[2J",
        "\\u007f",
        "\\u0085", "\\ud800", "\\udfff\\ud800"})
    void namesThatAreNoneAreRefused(String name) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(call("CreateBox", "\"name\":\"" + name + "\""));
            assertThat(attacker.error()).isEqualTo("InvalidName");
            assertThat(attacker.send(INFO).receive()).containsKey("parameters");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2147483648", "1e400", "0.5", "\"0\"", "true", "[0]", "{}"})
    void numbersThatAreNoneAreRefused(String number) throws Exception {
        try (RawClient attacker = attacker(); OwnedFd memory = TestFds.memfd("x")) {
            attacker.send(call("Put", "\"box\":\"b\",\"name\":\"x\",\"fileDescriptor\":" + number), memory);
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            assertThat(attacker.send(INFO).receive()).containsKey("parameters");
        }
    }

    /// Many different ones, and many that Java's hash takes for one.
    static Stream<String> keys() {
        var many = new StringBuilder();
        var alike = new StringBuilder();
        for (int i = 0; i < 1 << 15; i++) {
            many.append(",\"").append(i).append("\":0");
            alike.append(",\"");
            for (int bit = 0; bit < 15; bit++) {
                alike.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            alike.append("\":[]");
        }
        return Stream.of(many.toString(),
                alike.substring(0, 36 * 20_000));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keysWithoutNumberAreRefusedAndTheConnectionGoesOn(String keys) throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send("{\"method\":\"org.varlink.service.GetInfo\"" + keys + "}␀");
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.send("{\"method\":\"org.varlink.service.GetInfo\",\"parameters\":{" + keys.substring(1)
                    + "}}␀");
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            assertThat(attacker.send(INFO).receive()).containsKey("parameters");
        }
        askForWhatIsTheirs();
    }

    /// A letter with its accent, and a letter and an accent; the same for entries.
    @Test
    void namesThatDifferOnlyInNormalisationAreDifferent() throws Exception {
        try (RawClient attacker = attacker(); OwnedFd memory = TestFds.memfd("x")) {
            for (String name : List.of("caf\u00e9", "cafe\u0301")) {
                assertThat(attacker.send(call("CreateBox", "\"name\":\"" + name + "\"")).receive())
                        .doesNotContainKey("error");
            }
            for (String name : List.of("\u00e9", "e\u0301")) {
                String put = "\"box\":\"caf\u00e9\",\"name\":\"" + name + "\",\"fileDescriptor\":0";
                assertThat(attacker.send(call("Put", put), memory).receive()).doesNotContainKey("error");
            }
            assertThat(
                    attacker.send(call("DeleteBox", "\"name\":\"cafe\u0301\"")).receive().get("parameters"))
                    .hasToString("{released=0}");
            assertThat(attacker.send(call("DeleteBox", "\"name\":\"caf\u00e9\"")).receive().get("parameters"))
                    .hasToString("{released=2}");
        }
    }

    @Test
    void anAllowedDepthIsNoReasonToEnd() throws Exception {
        try (RawClient attacker = attacker()) {
            attacker.send(nested(64) + "␀");
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            assertThat(attacker.send(INFO).receive()).containsKey("parameters");
        }
    }

    @Test
    void aMessageOfAMebibyteIsReadAndALongerOneEndsTheConnection() throws Exception {
        try (RawClient attacker = attacker()) {
            String most = INFO.replace("␀", " ".repeat(Codec.MOST_BYTES - INFO.length() + 1) + "␀");
            assertThat(attacker.send(most).receive()).containsKey("parameters");
            attacker.offer(" " + most);
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.awaitEnd();
        }
        try (RawClient attacker = attacker()) {
            attacker.offer("x".repeat(8 << 20));
            assertThat(attacker.error()).isEqualTo("InvalidParameter");
            attacker.awaitEnd();
        }
    }

    @Test
    void manyMessagesAtOnceAreAnsweredInOrder() throws Exception {
        try (RawClient attacker = attacker()) {
            var calls = new StringBuilder();
            for (int i = 0; i < 400; i++) {
                calls.append(call("DeleteBox", "\"name\":\"" + i + "\""));
            }
            attacker.send(calls.toString());
            for (int i = 0; i < 400; i++) {
                assertThat(attacker.receive().get("parameters")).hasToString("{box=" + i + "}");
            }
        }
    }

    @Test
    void oneByteAtATime() throws Exception {
        try (RawClient attacker = attacker(); OwnedFd memory = TestFds.memfd("x")) {
            inBytes(attacker, call("CreateBox", "\"name\":\"b\""));
            inBytes(attacker, call("Put", "\"box\":\"b\",\"name\":\"x\",\"fileDescriptor\":0"), memory);
            inBytes(attacker, call("DeleteBox", "\"name\":\"b\""));
        }
    }

    private static void inBytes(RawClient attacker, String message, OwnedFd... descriptors) throws Malformed {
        attacker.send(message.substring(0, 1), descriptors);
        for (int i = 1; i < message.length(); i++) {
            attacker.send(message.substring(i, i + 1));
        }
        assertThat(attacker.receive()).containsKey("parameters").doesNotContainKey("error");
    }

    @Test
    void whoeverGoesWithoutWaitingHindersNobody() {
        for (int i = 0; i < 300; i++) {
            try (RawClient attacker = attacker()) {
                attacker.send(i % 2 == 0 ? INFO + INFO : INFO.substring(0, 9));
            }
        }
    }
}
