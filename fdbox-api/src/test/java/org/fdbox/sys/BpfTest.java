package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What bpf(2) is asked; a kernel that lets this user have none of it is no obstacle.
@ExtendWith(NoLeak.class)
class BpfTest {

    private static final int BPF_OBJ_GET = 7;

    @ParameterizedTest
    @CsvSource({"0, 8", "1, 16", "2, 0"})
    void aPinIsOpenedWithItsAccessMode(int access, int flags) {
        Kernel kernel = Kernels.replacing(SystemCall.BPF, (_, command, address, size, _, _, _) -> {
            MemorySegment attribute = Kernels.memory(address, size);
            assertThat(command).isEqualTo(BPF_OBJ_GET);
            assertThat(size).isEqualTo(16);
            MemorySegment path = Kernels.memory(attribute.get(ValueLayout.JAVA_LONG, 0), 4096);
            assertThat(path.getString(0)).isEqualTo("/sys/fs/bpf/pin");
            assertThat(attribute.get(ValueLayout.JAVA_INT, 8)).as("no descriptor goes in").isZero();
            assertThat(attribute.get(ValueLayout.JAVA_INT, 12)).isEqualTo(flags);
            return Kernel.SYSTEM.call(SystemCall.EVENTFD2, 0, 0);
        });
        try (OwnedFd opened = Bpf.open(kernel, "/sys/fs/bpf/pin", access)) {
            assertThat(opened.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.EACCES, Errno.ENOENT, Errno.ENOSYS, Errno.EMFILE})
    void aRefusalSaysWhatWasTriedOnWhat(int errno) {
        Kernel refusing = Kernels.always(SystemCall.BPF, -errno);
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Bpf.open(refusing, "/sys/fs/bpf/pin", OpenFlags.RDWR))
                .withMessageStartingWith("bpf on /sys/fs/bpf/pin")
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    @Test
    void whatIsNoPinIsAnError() {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Bpf.open("/dev/null", OpenFlags.RDWR));
    }
}
