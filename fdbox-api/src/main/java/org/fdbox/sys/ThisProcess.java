package org.fdbox.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// What this process is and may: its identity, its limits, its descriptors.
public final class ThisProcess {

    private static final int RLIMIT_NOFILE = 7;
    private static final int SIGKILL = 9;
    private static final int TCGETS = 0x5401;

    private ThisProcess() {}

    /// Links the C library, which takes a start longer than anything else. A program that starts has it done on a thread of its
    /// own meanwhile; whoever makes the first system call waits for it.
    public static void linkAhead() {
        Kernel.SYSTEM.call(SystemCall.GETEUID);
    }

    /// The effective user (geteuid(2)).
    public static int uid() {
        return (int) Kernel.SYSTEM.call(SystemCall.GETEUID);
    }

    /// The effective group (getegid(2)).
    public static int gid() {
        return (int) Kernel.SYSTEM.call(SystemCall.GETEGID);
    }

    /// How many descriptors this process may have open: the soft limit of RLIMIT_NOFILE.
    public static int descriptorLimit() {
        MemorySegment limits = Scratch.arguments();
        long answer = Kernel.SYSTEM.call(SystemCall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limits.address());
        Kernel.check(answer, SystemCall.PRLIMIT64, "RLIMIT_NOFILE");
        return (int) Math.min(Integer.MAX_VALUE, limits.get(ValueLayout.JAVA_LONG, 0));
    }

    /// How many descriptors it has open now, the one for counting not included.
    public static int openDescriptors() {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return (int) entries.count() - 1;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Gives files made from now on no more than the mask leaves (umask(2)).
    public static void umask(int mask) {
        Kernel.SYSTEM.call(SystemCall.UMASK, mask);
    }

    /// Ends this process at once, as kill(2) with SIGKILL from outside does. For tests of what is left then.
    public static void kill() {
        Kernel.SYSTEM.call(SystemCall.KILL, ProcessHandle.current().pid(), SIGKILL);
    }

    /// Whether a descriptor is a terminal (isatty(3)).
    public static boolean isTerminal(int number) {
        return Kernel.SYSTEM.call(SystemCall.IOCTL, number, TCGETS, Scratch.arguments().address()) == 0;
    }

    /// Whether this process has such a descriptor.
    public static boolean hasDescriptor(int number) {
        return Kernel.SYSTEM.call(SystemCall.FCNTL, number, 1) >= 0;
    }
}
