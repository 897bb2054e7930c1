package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The layout of cmsg(3), written and read; what is not ours or is damaged is passed over.
class ControlMessagesTest {

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    /// Numbers that no process has, so that nothing real is closed.
    private static final Kernel NOTHING = (_, _, _, _, _, _, _) -> 0;

    private final MemorySegment control = Arena.ofAuto().allocate(ControlMessages.ROOM, 8);

    private static List<OwnedFd> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new OwnedFd(NOTHING, 1_000_000 + i))
                .toList();
    }

    private List<Integer> read(long bytes) {
        return ControlMessages.read(NOTHING, control, bytes).stream().map(OwnedFd::number).toList();
    }

    private int put(int at, long length, int level, int type, int... payload) {
        control.set(ValueLayout.JAVA_LONG, at, length);
        control.set(ValueLayout.JAVA_INT, at + 8, level);
        control.set(ValueLayout.JAVA_INT, at + 12, type);
        for (int i = 0; i < payload.length; i++) {
            control.set(ValueLayout.JAVA_INT, at + 16 + 4L * i, payload[i]);
        }
        return at + (int) ((length + 7) & ~7);
    }

    @Test
    void withoutDescriptorsThereIsNoControlMessage() {
        assertThat(ControlMessages.write(control, List.of())).isZero();
        assertThat(read(0)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 24", "2, 24", "3, 32", "253, 1032"})
    void whatIsWrittenIsReadAndAlignedAsTheKernelWants(int count, int bytes) {
        List<OwnedFd> sent = numbered(count);
        assertThat(ControlMessages.write(control, sent)).isEqualTo(bytes).isLessThan(ControlMessages.ROOM);
        assertThat(control.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(16 + 4L * count);
        assertThat(read(bytes)).isEqualTo(sent.stream().map(OwnedFd::number).toList());
    }

    @Test
    void moreThanTheKernelPassesIsRefusedBeforeAnythingIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ControlMessages.write(control, numbered(254)))
                .withMessageContaining("254")
                .withMessageContaining("253");
    }

    @Test
    void severalMessagesWithDescriptorsAreReadInOrder() {
        int second = put(0, 24, SOL_SOCKET, SCM_RIGHTS, 11, 12);
        int end = put(second, 20, SOL_SOCKET, SCM_RIGHTS, 13);
        assertThat(read(end)).containsExactly(11, 12, 13);
    }

    @Test
    void credentialsInFrontDoNotHideDescriptors() {
        int second = put(0, 28, SOL_SOCKET, SCM_CREDENTIALS, 1, 0, 0);
        int end = put(second, 20, SOL_SOCKET, SCM_RIGHTS, 11);
        assertThat(read(end)).containsExactly(11);
    }

    @Test
    void messagesOfOtherLevelsAreNoDescriptors() {
        assertThat(read(put(0, 20, 41, SCM_RIGHTS, 11))).isEmpty();
    }

    /// The lengths come from the kernel; whatever they are, nothing outside the buffer is read.
    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 15, 25, 4096, Long.MAX_VALUE, Long.MIN_VALUE})
    void anImpossibleLengthEndsTheReading(long length) {
        control.fill((byte) 0);
        put(0, length, SOL_SOCKET, SCM_RIGHTS, 11);
        assertThat(read(24)).isEmpty();
    }

    @Test
    void halfANumberIsNone() {
        assertThat(read(put(0, 22, SOL_SOCKET, SCM_RIGHTS, 11, 12))).containsExactly(11);
    }

    @Test
    void aWholeHeaderIsNeeded() {
        put(0, 16, SOL_SOCKET, SCM_RIGHTS);
        assertThat(read(15)).isEmpty();
        assertThat(read(16)).isEmpty();
        assertThat(read(8)).isEmpty();
    }
}
