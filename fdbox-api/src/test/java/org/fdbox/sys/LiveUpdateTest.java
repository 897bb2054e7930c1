package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the Live Update Orchestrator is asked, to the byte, and what its answers become.
@ExtendWith(NoLeak.class)
class LiveUpdateTest {

    private static final long TOKEN = 0x1122334455667788L;

    private static OwnedFd answering(Kernel ioctl) {
        return Kernels.through(Kernels.replacing(SystemCall.IOCTL, ioctl), Memfd.create("luo"));
    }

    private static OwnedFd failing(int errno) {
        return answering((_, _, _, _, _, _, _) -> -errno);
    }

    /// Holds a request against what it should be, and answers with a new descriptor.
    private static OwnedFd expecting(long request, int size, Consumer<MemorySegment> arguments) {
        return answering((_, _, asked, address, _, _, _) -> {
            assertThat(asked).isEqualTo(request);
            MemorySegment structure = Kernels.memory(address, size);
            assertThat(structure.get(ValueLayout.JAVA_INT, 0)).as("size").isEqualTo(size);
            arguments.accept(structure);
            structure.set(ValueLayout.JAVA_INT, 4, Memfd.create("answer").number());
            return 0;
        });
    }

    @Test
    void theDeviceIsOpenedForReadingAndWriting() {
        var luo = new LiveUpdate(Kernels.replacing(SystemCall.OPENAT, (call, at, path, flags, mode, _, _) -> {
            assertThat(Kernels.memory(path, 64).getString(0)).isEqualTo("/dev/liveupdate");
            assertThat(flags).isEqualTo(OpenFlags.RDWR | OpenFlags.CLOEXEC);
            return Memfd.create("device").number();
        }));
        luo.open().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOENT, Errno.ENODEV, Errno.EACCES, Errno.EPERM, Errno.EBUSY, Errno.EIO})
    void aDeviceThatCannotBeOpenedIsAnError(int errno) {
        var luo = new LiveUpdate(Kernels.always(SystemCall.OPENAT, -errno));
        assertThatExceptionOfType(SystemCallException.class).isThrownBy(luo::open)
                .withMessageContaining("/dev/liveupdate")
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    @Test
    void aSessionIsMadeByItsName() {
        try (OwnedFd device = expecting(0xBA00, 72, LiveUpdateTest::requireName);
                OwnedFd session = LiveUpdate.create(device, "fdbox-1")) {
            assertThat(session.number()).isNotEqualTo(device.number());
        }
    }

    @Test
    void aSessionIsRetrievedByItsName() {
        try (OwnedFd device = expecting(0xBA01, 72, LiveUpdateTest::requireName)) {
            OwnedFd session = LiveUpdate.retrieve(device, "fdbox-1").orElseThrow();
            session.close();
        }
    }

    private static void requireName(MemorySegment structure) {
        assertThat(structure.getString(8)).isEqualTo("fdbox-1");
        for (long rest = 8 + 7; rest < 72; rest++) {
            assertThat(structure.get(ValueLayout.JAVA_BYTE, rest)).isZero();
        }
    }

    @Test
    void aFileIsPreservedUnderItsToken() {
        try (OwnedFd file = Memfd.create("file");
                OwnedFd session = answering((_, _, asked, address, _, _, _) -> {
                    assertThat(asked).isEqualTo(0xBA40);
                    MemorySegment structure = Kernels.memory(address, 16);
                    assertThat(structure.get(ValueLayout.JAVA_INT, 0)).isEqualTo(16);
                    assertThat(structure.get(ValueLayout.JAVA_INT, 4)).isEqualTo(file.number());
                    assertThat(structure.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(TOKEN);
                    return 0;
                })) {
            LiveUpdate.preserve(session, file, TOKEN);
        }
    }

    @Test
    void aFileIsRetrievedByItsToken() {
        try (OwnedFd session = expecting(0xBA41, 16,
                structure -> assertThat(structure.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(TOKEN))) {
            LiveUpdate.retrieve(session, TOKEN).orElseThrow().close();
        }
    }

    @Test
    void finishingSaysNothingMore() {
        try (OwnedFd session = answering((_, _, asked, address, _, _, _) -> {
            assertThat(asked).isEqualTo(0xBA42);
            MemorySegment structure = Kernels.memory(address, 8);
            assertThat(structure.get(ValueLayout.JAVA_INT, 0)).isEqualTo(8);
            assertThat(structure.get(ValueLayout.JAVA_INT, 4)).isZero();
            return 0;
        })) {
            LiveUpdate.finish(session);
        }
    }

    @Test
    void whatIsNotThereIsNoError() {
        try (OwnedFd none = failing(Errno.ENOENT)) {
            assertThat(LiveUpdate.retrieve(none, "fdbox-1")).isEmpty();
            assertThat(LiveUpdate.retrieve(none, TOKEN)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EEXIST, Errno.EBUSY, Errno.EINVAL, Errno.ENOMEM, Errno.ENOSPC, Errno.EIO,
        Errno.EMFILE, Errno.EOPNOTSUPP, 7 /* E2BIG */, 25 /* ENOTTY */})
    void everyRefusalIsAnError(int errno) {
        try (OwnedFd refusing = failing(errno); OwnedFd file = Memfd.create("file")) {
            requireError(errno, () -> LiveUpdate.create(refusing, "fdbox-1"));
            requireError(errno, () -> LiveUpdate.retrieve(refusing, "fdbox-1"));
            requireError(errno, () -> LiveUpdate.preserve(refusing, file, TOKEN));
            requireError(errno, () -> LiveUpdate.retrieve(refusing, TOKEN));
            requireError(errno, () -> LiveUpdate.finish(refusing));
        }
    }

    @Test
    void whereNothingIsMadeOrPreservedENOENTIsAnErrorToo() {
        try (OwnedFd refusing = failing(Errno.ENOENT); OwnedFd file = Memfd.create("file")) {
            requireError(Errno.ENOENT, () -> LiveUpdate.preserve(refusing, file, TOKEN));
            requireError(Errno.ENOENT, () -> LiveUpdate.create(refusing, "fdbox-1"));
        }
    }

    private static void requireError(int errno, Runnable action) {
        assertThatExceptionOfType(SystemCallException.class).isThrownBy(action::run)
                .withMessageStartingWith("ioctl")
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    /// As from a kernel whose structures are shorter than these.
    @Test
    void anAnswerWithoutADescriptorIsAnError() {
        try (OwnedFd silent = answering((_, _, _, _, _, _, _) -> 0)) {
            requireError(Errno.EIO, () -> LiveUpdate.create(silent, "fdbox-1"));
            requireError(Errno.EIO, () -> LiveUpdate.retrieve(silent, "fdbox-1"));
            requireError(Errno.EIO, () -> LiveUpdate.retrieve(silent, TOKEN));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\0b", "ü",
        "a-name-of-sixty-four-bytes-which-leaves-no-room-for-the-last-NUL"})
    void whatIsNoNameIsNotAskedFor(String name) {
        try (OwnedFd device = answering((_, _, _, _, _, _, _) -> {
            throw new AssertionError("the device was asked");
        })) {
            assertThatIllegalArgumentException().isThrownBy(() -> LiveUpdate.create(device, name));
            assertThatIllegalArgumentException().isThrownBy(() -> LiveUpdate.retrieve(device, name));
        }
    }
}
