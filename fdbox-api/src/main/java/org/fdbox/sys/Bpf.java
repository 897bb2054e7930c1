package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Objects of BPF (bpf(2)) that are pinned in a file system of type "bpf".
public final class Bpf {

    private static final int BPF_OBJ_GET = 7;
    private static final int BPF_F_RDONLY = 8;
    private static final int BPF_F_WRONLY = 16;
    /// Where include/uapi/linux/bpf.h puts the flags of BPF_OBJ_GET.
    private static final int FLAGS = 12;
    private static final int ATTRIBUTE_BYTES = 16;
    private static final int PATH_MAX = 4096;

    private Bpf() {}

    /// Opens a pinned object (BPF_OBJ_GET); the kernel judges by the permissions of the pin. Close-on-exec.
    ///
    /// @param access the access mode, of [OpenFlags]; only maps know another one than reading and writing
    /// @return owned by the caller
    /// @throws SystemCallException EACCES if this user may not open the pin, EPERM if it may not use bpf(2) at all, and the other
    ///     reasons of bpf(2)
    public static OwnedFd open(String pin, int access) {
        return open(Kernel.SYSTEM, pin, access);
    }

    static OwnedFd open(Kernel kernel, String pin, int access) {
        MemorySegment path = Scratch.path(pin);
        MemorySegment attribute = Scratch.arguments().asSlice(PATH_MAX, ATTRIBUTE_BYTES).fill((byte) 0);
        attribute.set(ValueLayout.JAVA_LONG, 0, path.address());
        attribute.set(ValueLayout.JAVA_INT, FLAGS, switch (access & OpenFlags.ACCESS_MODE) {
            case OpenFlags.RDONLY -> BPF_F_RDONLY;
            case OpenFlags.WRONLY -> BPF_F_WRONLY;
            default -> 0;
        });
        long number = Kernel.retry(
                () -> kernel.call(SystemCall.BPF, BPF_OBJ_GET, attribute.address(), ATTRIBUTE_BYTES));
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.BPF, pin));
    }
}
