package org.fdbox.sys;

import java.util.ArrayList;
import java.util.List;

/// Anonymous memory files (memfd_create(2)) and their seals (fcntl(2), F_ADD_SEALS).
public final class Memfd {

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_EXEC = 16;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;

    /// In the order of their bits: F_SEAL_SEAL is bit 0.
    private static final List<String> SEALS =
            List.of("seal", "shrink", "grow", "write", "future-write", "exec");

    private Memfd() {}

    /// Makes an empty one, readable and writable, that can be sealed.
    ///
    /// @param name what /proc shows, at most 249 bytes
    /// @return owned by the caller
    public static OwnedFd create(String name) {
        return create(Kernel.SYSTEM, name);
    }

    /// The same, and it may become executable also where `vm.memfd_noexec` is 1, by which others get the seal "exec".
    public static OwnedFd createExecutable(String name) {
        return createExecutable(Kernel.SYSTEM, name, 0);
    }

    /// Kernels before Linux 6.3 do not know the flag, and others may forbid it.
    static OwnedFd createExecutable(Kernel kernel, String name, int more) {
        try {
            return create(kernel, name, more | MFD_EXEC);
        } catch (SystemCallException refused) {
            if (refused.errno() != Errno.EINVAL && refused.errno() != Errno.EACCES) {
                throw refused;
            }
            return create(kernel, name, more);
        }
    }

    static OwnedFd create(Kernel kernel, String name) {
        return create(kernel, name, 0);
    }

    static OwnedFd create(Kernel kernel, String name, int more) {
        long number = kernel.call(
                SystemCall.MEMFD_CREATE, Scratch.path(name).address(),
                MFD_CLOEXEC | MFD_ALLOW_SEALING | more);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.MEMFD_CREATE, "\"" + name + "\""));
    }

    /// Its seals by name: seal, shrink, grow, write, future-write, exec.
    ///
    /// @throws SystemCallException EINVAL if this kind of file has none
    public static List<String> seals(OwnedFd memfd) {
        return names((int) memfd.must(SystemCall.FCNTL, F_GET_SEALS, 0));
    }

    /// Adds seals, which can never be taken off.
    ///
    /// @throws IllegalArgumentException for a name this version does not know
    /// @throws SystemCallException EBUSY while a writable mapping forbids "write", EPERM if sealed against sealing
    public static void addSeals(OwnedFd memfd, List<String> seals) {
        int bits = 0;
        for (String seal : seals) {
            int index = SEALS.indexOf(seal);
            if (index < 0) {
                throw new IllegalArgumentException("unknown seal \"" + seal + "\"");
            }
            bits |= 1 << index;
        }
        memfd.must(SystemCall.FCNTL, F_ADD_SEALS, bits);
    }

    private static List<String> names(int bits) {
        var names = new ArrayList<String>();
        for (int i = 0; i < SEALS.size(); i++) {
            if ((bits & 1 << i) != 0) {
                names.add(SEALS.get(i));
            }
        }
        return List.copyOf(names);
    }
}
