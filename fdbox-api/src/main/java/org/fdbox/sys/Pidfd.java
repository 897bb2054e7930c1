package org.fdbox.sys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Descriptors of processes (pidfd_open(2)).
public final class Pidfd {

    /// PIDFD_THREAD, which the kernel also shows among the status flags (include/uapi/linux/pidfd.h).
    private static final int THREAD = 0200;
    /// Of the fields after the command in /proc/PID/stat, the first of which is field 3.
    private static final int START_TIME = 22 - 3;

    private Pidfd() {}

    /// Makes one that is close-on-exec and blocking.
    ///
    /// @param thread whether the number is a thread's and need not be a process's (Linux 6.9)
    /// @return owned by the caller
    /// @throws SystemCallException ESRCH if there is no such process
    public static OwnedFd open(int pid, boolean thread) {
        return open(Kernel.SYSTEM, pid, thread);
    }

    static OwnedFd open(Kernel kernel, int pid, boolean thread) {
        long number = kernel.call(SystemCall.PIDFD_OPEN, pid, thread ? THREAD : 0);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.PIDFD_OPEN, "process " + pid));
    }

    /// Whether a descriptor is one.
    public static boolean isOne(FdFacts facts) {
        if (!mayBeOne(facts.stat())) {
            return false;
        }
        String link = facts.link();
        // Linux 6.9 alone shows the second.
        return (link.equals("anon_inode:[pidfd]") || link.startsWith("pidfd:["))
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Spares most others the look at their link. Some versions of Linux (6.9 and after) give it the type of a regular file.
    private static boolean mayBeOne(Stat stat) {
        return stat.type() == FileType.ANONYMOUS || stat.type() == FileType.REGULAR && stat.links() == 1;
    }

    /// Whether it stands for one thread, not for a process.
    public static boolean isThread(FdFacts facts) {
        return (facts.flags() & THREAD) != 0;
    }

    /// The process that it stands for.
    ///
    /// @return -1 if that was reaped, 0 if it has no number in our pid namespace
    public static int pid(OwnedFd pidfd) {
        return Integer.parseInt(FdInfo.of(pidfd).get("Pid"));
    }

    /// Whether it stands for this process or for one of its threads.
    public static boolean isOurs(OwnedFd pidfd) {
        int pid = pid(pidfd);
        return pid > 0 && Files.exists(Path.of("/proc/self/task/" + pid));
    }

    /// Waits until the process has ended; one that nobody has reaped yet has.
    ///
    /// @param pidfd stays the caller's
    /// @param most how long; zero looks only
    /// @return whether it has
    public static boolean awaitEnd(OwnedFd pidfd, Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        var ended = new boolean[1];
        try (var poller = new Poller()) {
            poller.add(pidfd, 0, Poller.READABLE);
            long left = most.toNanos();
            do {
                poller.await(
                        (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(Math.max(0, left))),
                        (_, _) -> ended[0] = true);
                left = deadline - System.nanoTime();
            } while (!ended[0] && left > 0);
            poller.remove(pidfd);
        }
        return ended[0];
    }

    /// When the process started (proc_pid_stat(5)), in clock ticks since the boot. With the pid it names one process among
    /// all of this boot.
    ///
    /// @return empty if it was reaped, or cannot be seen from here
    public static Optional<Long> startTime(OwnedFd pidfd) {
        int pid = pid(pidfd);
        Optional<Long> time = pid > 0 ? startTime(pid) : Optional.empty();
        // A number is free for others only after the process was reaped; then the time may be another one's.
        return pid(pidfd) == pid ? time : Optional.empty();
    }

    private static Optional<Long> startTime(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Optional.of(Long.parseLong(fields[START_TIME]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
