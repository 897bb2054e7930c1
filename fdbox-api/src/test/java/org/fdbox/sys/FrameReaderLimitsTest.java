package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.sys.Messages.add;
import static org.fdbox.sys.Messages.descriptors;
import static org.fdbox.sys.Messages.ready;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A message with too many bytes or descriptors ends the stream, and what came with it is not lost from
/// sight.
@ExtendWith(NoLeak.class)
class FrameReaderLimitsTest {

    private final FrameReader reader = new FrameReader(10);

    @AfterEach
    void close() {
        reader.close();
    }

    private void refused(String text, OwnedFd... arrived) {
        assertThatExceptionOfType(FrameReader.TooLong.class).isThrownBy(() -> add(reader, text, arrived));
    }

    @Test
    void theLongestMessageIsAccepted() throws Exception {
        add(reader, "0123456789|");
        assertThat(ready(reader)).containsExactly("0123456789");
    }

    @Test
    void oneByteMoreIsNot() {
        refused("0123456789a|");
    }

    @Test
    void norIsItInPieces() throws Exception {
        add(reader, "01234");
        add(reader, "56789");
        refused("a");
    }

    @Test
    void manyMessagesMayBeLongerTogether() throws Exception {
        add(reader, "0123456789|0123456789|");
        assertThat(ready(reader)).containsExactly("0123456789", "0123456789");
    }

    @Test
    void descriptorsOfAMessageThatIsTooLongAreClosedWithTheReader() {
        OwnedFd[] sent = descriptors(2);
        refused("0123456789a", sent);
        reader.close();
        assertThat(sent).noneMatch(OwnedFd::isOpen);
    }

    @Test
    void descriptorsBehindAMessageThatIsTooLongAreClosedWithTheReader() {
        OwnedFd[] sent = descriptors(2);
        refused("0123456789a|put|", sent);
        reader.close();
        assertThat(sent).noneMatch(OwnedFd::isOpen);
    }

    @Test
    void descriptorsOfTheMessageBeforeOneThatIsTooLongAreClosedWithTheReader() throws Exception {
        OwnedFd[] sent = descriptors(2);
        add(reader, "pu", sent[0]);
        refused("t|0123456789a", sent[1]);
        reader.close();
        assertThat(sent).noneMatch(OwnedFd::isOpen);
    }

    @Test
    void aMessageMayBringAsManyDescriptorsAsTheKernelPasses() throws Exception {
        add(reader, "pu", descriptors(200));
        add(reader, "t", descriptors(53));
        add(reader, "|");
        assertThat(ready(reader)).containsExactly("put+253");
    }

    @Test
    void moreDescriptorsThanTheKernelPassesAreRefusedAndClosedWithTheReader() throws Exception {
        OwnedFd[] first = descriptors(253);
        OwnedFd[] another = descriptors(1);
        add(reader, "pu", first);
        refused("t|", another);
        reader.close();
        assertThat(first).noneMatch(OwnedFd::isOpen);
        assertThat(another).noneMatch(OwnedFd::isOpen);
    }
}
