package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.sys.Messages.add;
import static org.fdbox.sys.Messages.descriptors;
import static org.fdbox.sys.Messages.ready;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Descriptors belong to the last message that begins in the bytes they came with.
@ExtendWith(NoLeak.class)
class FrameReaderDescriptorsTest {

    private final FrameReader reader = new FrameReader(1000);

    @AfterEach
    void close() {
        reader.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'put|', put+1",
        "'list|put|', list put+1",
        "'list|list|put|', list list put+1",
        "'list||', list +1",
    })
    void theLastMessageThatBeginsGetsThem(String arrived, String messages) throws Exception {
        add(reader, arrived, descriptors(1));
        assertThat(String.join(" ", ready(reader))).isEqualTo(messages);
    }

    @Test
    void aMessageThatBeginsAndDoesNotEndGetsThemWhenItEnds() throws Exception {
        add(reader, "list|pu", descriptors(2));
        assertThat(ready(reader)).containsExactly("list");
        assertThat(reader.unfinishedDescriptors()).isEqualTo(2);
        add(reader, "t|");
        assertThat(ready(reader)).containsExactly("put+2");
        assertThat(reader.unfinishedDescriptors()).isZero();
    }

    @Test
    void theEndOfOneMessageGetsNothingThatCameWithTheNext() throws Exception {
        add(reader, "li");
        add(reader, "st|put|", descriptors(1));
        assertThat(ready(reader)).containsExactly("list", "put+1");
    }

    @Test
    void whereNoMessageBeginsTheUnfinishedOneGetsThem() throws Exception {
        add(reader, "pu", descriptors(1));
        add(reader, "t");
        add(reader, "2|", descriptors(2));
        assertThat(ready(reader)).containsExactly("put2+3");
    }

    @Test
    void theyKeepTheirOrder() throws Exception {
        OwnedFd[] sent = descriptors(3);
        add(reader, "p", sent[0]);
        add(reader, "ut|", sent[1], sent[2]);
        try (Frame frame = reader.next()) {
            assertThat(frame.descriptors()).containsExactly(sent);
        }
    }

    @Test
    void aFrameClosesWhatNobodyTook() throws Exception {
        OwnedFd[] sent = descriptors(2);
        add(reader, "put|", sent);
        OwnedFd taken;
        try (Frame frame = reader.next()) {
            taken = frame.descriptors().get(1).take();
        }
        assertThat(sent[0].isOpen()).isFalse();
        assertThat(ThisProcess.hasDescriptor(taken.number())).isTrue();
        taken.close();
    }

    @Test
    void closingTheReaderClosesWhatIsUnfinishedAndWhatIsReady() throws Exception {
        OwnedFd[] sent = descriptors(3);
        add(reader, "put|", sent[0]);
        add(reader, "put|pu", sent[1], sent[2]);
        reader.close();
        assertThat(sent).noneMatch(OwnedFd::isOpen);
        assertThat(reader.next()).isNull();
    }

    @Test
    void drainingGivesEveryDescriptorToTheCaller() throws Exception {
        OwnedFd[] sent = descriptors(3);
        add(reader, "put|", sent[0]);
        add(reader, "put|", sent[1]);
        add(reader, "pu", sent[2]);
        List<OwnedFd> left = reader.drain();
        assertThat(left).containsExactlyInAnyOrder(sent).allMatch(OwnedFd::isOpen);
        assertThat(reader.drain()).isEmpty();
        left.forEach(OwnedFd::close);
    }

    @Test
    void whatWasLostMarksTheMessageItWasSentWithAndNoOther() throws Exception {
        byte[] bytes = Messages.bytes("list|put|");
        reader.add(bytes, bytes.length, List.of(descriptors(1)), true);
        add(reader, "list|");
        for (boolean truncated : new boolean[]{false, true, false}) {
            try (Frame frame = reader.next()) {
                assertThat(frame.truncated()).isEqualTo(truncated);
            }
        }
    }

    @Test
    void whatWasLostInTheMiddleOfAMessageMarksIt() throws Exception {
        add(reader, "pu", descriptors(1));
        reader.add(Messages.bytes("t"), 1, List.of(), true);
        add(reader, "|");
        try (Frame frame = reader.next()) {
            assertThat(frame.truncated()).isTrue();
        }
    }

    @Test
    void afterDrainingNothingOfAnEarlierMessageIsLeft() throws Exception {
        reader.add(Messages.bytes("pu"), 2, List.of(descriptors(1)), true);
        reader.drain().forEach(OwnedFd::close);
        add(reader, "list|");
        try (Frame frame = reader.next()) {
            assertThat(Messages.text(frame)).isEqualTo("list");
            assertThat(frame.truncated()).isFalse();
        }
    }
}
