package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.sys.Messages.add;
import static org.fdbox.sys.Messages.ready;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bytes up to a NUL are a message, however they arrive.
class FrameReaderTest {

    private final FrameReader reader = new FrameReader(1000);

    @ParameterizedTest
    @CsvSource({
        "'one|', one",
        "'one|two|', one two",
        "'one|two', one",
        "'|', ''",
        "'|one|', ' one'",
    })
    void everyNulEndsAMessage(String arrived, String messages) throws Exception {
        add(reader, arrived);
        assertThat(String.join(" ", ready(reader))).isEqualTo(messages);
    }

    @Test
    void nothingIsReadyBeforeTheNul() throws Exception {
        add(reader, "on");
        assertThat(reader.next()).isNull();
        assertThat(reader.unfinishedBytes()).isEqualTo(2);
        add(reader, "e");
        assertThat(reader.unfinishedBytes()).isEqualTo(3);
        add(reader, "|tw");
        assertThat(ready(reader)).containsExactly("one");
        assertThat(reader.unfinishedBytes()).isEqualTo(2);
        add(reader, "o|");
        assertThat(ready(reader)).containsExactly("two");
        assertThat(reader.unfinishedBytes()).isZero();
    }

    @Test
    void messagesMayComeByteByByte() throws Exception {
        for (char c : "one||three|".toCharArray()) {
            add(reader, String.valueOf(c));
        }
        assertThat(ready(reader)).containsExactly("one", "", "three");
    }

    @Test
    void onlyTheCountedBytesAreRead() throws Exception {
        reader.add(Messages.bytes("one|two|"), 4, List.of(), false);
        assertThat(ready(reader)).containsExactly("one");
        assertThat(reader.unfinishedBytes()).isZero();
    }

    @Test
    void aFrameKeepsItsBytesWhenTheBufferIsUsedAgain() throws Exception {
        byte[] buffer = Messages.bytes("one|two|");
        reader.add(buffer, 4, List.of(), false);
        Frame one = reader.next();
        System.arraycopy(buffer, 4, buffer, 0, 4);
        reader.add(buffer, 4, List.of(), false);
        assertThat(Messages.text(one)).isEqualTo("one");
        assertThat(ready(reader)).containsExactly("two");
    }

    @Test
    void aShortMessageAfterALongOneIsNotMixedUpWithIt() throws Exception {
        add(reader, "x".repeat(900) + "|");
        add(reader, "short|");
        assertThat(ready(reader)).containsExactly("x".repeat(900), "short");
    }
}
