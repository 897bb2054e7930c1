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
    private static final int SIGSTOP = 19;
    private static final int TCGETS = 0x5401;
    private static final int PR_SET_DUMPABLE = 4;

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

    /// Stops this process until somebody sends it SIGCONT, as kill(2) with SIGSTOP from outside does. For tests of who waits for it.
    public static void stop() {
        Kernel.SYSTEM.call(SystemCall.KILL, ProcessHandle.current().pid(), SIGSTOP);
    }

    /// Keeps to this process what it has in memory and open: no core dump is made of it, and no other process of its user may trace
    /// it, read its memory or take its descriptors; root may (prctl(2), PR_SET_DUMPABLE). Before Linux 5.14, a process like that
    /// may not read its own /proc/self/fdinfo, unless it is root's; then all stays as it was.
    ///
    /// @return whether it is so now
    public static boolean keepToItself() {
        return keepToItself(Kernel.SYSTEM, Path.of("/proc/self/fdinfo/0"));
    }

    static boolean keepToItself(Kernel kernel, Path ownFdInfo) {
        if (kernel.call(SystemCall.PRCTL, PR_SET_DUMPABLE, 0) < 0) {
            return false;
        }
        try {
            Files.readAllBytes(ownFdInfo);
            return true;
        } catch (IOException closedToUsToo) {
            kernel.call(SystemCall.PRCTL, PR_SET_DUMPABLE, 1);
            return false;
        }
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
