package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.sys.Messages.add;
import static org.fdbox.sys.Messages.descriptors;
import static org.fdbox.sys.Messages.ready;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// One reader goes on where another left off, wherever that is.
@ExtendWith(NoLeak.class)
class FrameReaderResumeTest {

    private final FrameReader first = new FrameReader(1000);
    private final FrameReader second = new FrameReader(1000);

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private void pass() {
        var whole = new ArrayList<Frame>();
        for (Frame frame = first.next(); frame != null; frame = first.next()) {
            whole.add(frame);
        }
        second.resume(whole, first.unfinished());
    }

    @Test
    void whereverAMessageIsCut() throws Exception {
        String text = "one|two|three|";
        for (int cut = 0; cut <= text.length(); cut++) {
            try (var one = new FrameReader(1000); var other = new FrameReader(1000)) {
                add(one, text.substring(0, cut));
                var whole = new ArrayList<Frame>();
                for (Frame frame = one.next(); frame != null; frame = one.next()) {
                    whole.add(frame);
                }
                other.resume(whole, one.unfinished());
                add(other, text.substring(cut));
                assertThat(ready(other)).containsExactly("one", "two", "three");
            }
        }
    }

    @Test
    void descriptorsAreMoved() throws Exception {
        add(first, "put|", descriptors(2));
        add(first, "pu", descriptors(1));
        int bytes = first.heldBytes();
        pass();
        assertThat(List.of(first.heldBytes(), first.heldDescriptors())).containsExactly(0, 0);
        assertThat(List.of(second.heldBytes(), second.heldDescriptors())).containsExactly(bytes, 3);
        add(second, "t|");
        assertThat(ready(second)).containsExactly("put+2", "put+1");
        assertThat(List.of(second.heldBytes(), second.heldDescriptors())).containsExactly(0, 0);
    }

    @Test
    void whatWasLostIsLost() throws Exception {
        first.add(Messages.bytes("pu"), 2, List.of(), true);
        pass();
        add(second, "t|list|");
        for (boolean truncated : new boolean[]{true, false}) {
            try (Frame frame = second.next()) {
                assertThat(frame.truncated()).isEqualTo(truncated);
            }
        }
    }

    @Test
    void aMessageMayNotBecomeLongerByIt() throws Exception {
        add(first, "x".repeat(999));
        pass();
        assertThatExceptionOfType(FrameReader.TooLong.class).isThrownBy(() -> add(second, "xx"));
    }
}
