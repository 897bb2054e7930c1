package org.fdbox.sys;

import java.util.Locale;

/// The system calls in use, with their numbers on the two machines that fdboxd runs on
/// (arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux).
enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    MMAP(9, 222),
    MUNMAP(11, 215),
    RT_SIGPROCMASK(14, 135),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    SENDFILE(40, 71),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SHUTDOWN(48, 210),
    BIND(49, 200),
    LISTEN(50, 201),
    GETSOCKNAME(51, 204),
    GETPEERNAME(52, 205),
    SOCKETPAIR(53, 199),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    EXECVE(59, 221),
    KILL(62, 129),
    FCNTL(72, 25),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    GETEUID(107, 175),
    GETEGID(108, 177),
    SETGROUPS(116, 159),
    SETRESUID(117, 147),
    SETRESGID(119, 149),
    SETFSUID(122, 151),
    SETFSGID(123, 152),
    FSTATFS(138, 44),
    SYNC_FILE_RANGE(277, 84),
    UMASK(95, 166),
    PRCTL(157, 167),
    CLOCK_GETTIME(228, 113),
    GETDENTS64(217, 61),
    OPENAT(257, 56),
    READLINKAT(267, 78),
    TEE(276, 77),
    EPOLL_CTL(233, 21),
    EPOLL_PWAIT(281, 22),
    TIMERFD_CREATE(283, 85),
    TIMERFD_SETTIME(286, 86),
    TIMERFD_GETTIME(287, 87),
    FALLOCATE(285, 47),
    ACCEPT4(288, 242),
    SIGNALFD4(289, 74),
    EVENTFD2(290, 19),
    EPOLL_CREATE1(291, 20),
    DUP3(292, 24),
    MQ_GETSETATTR(245, 185),
    PIPE2(293, 59),
    PRLIMIT64(302, 261),
    NAME_TO_HANDLE_AT(303, 264),
    KCMP(312, 272),
    MEMFD_CREATE(319, 279),
    BPF(321, 280),
    STATX(332, 291),
    PIDFD_OPEN(434, 434),
    CLOSE_RANGE(436, 436);

    private static final boolean X86_64 = switch (System.getProperty("os.arch")) {
        case "amd64", "x86_64" -> true;
        case "aarch64" -> false;
        default -> throw new UnsupportedOperationException(
                "fdbox knows the system calls of x86_64 and aarch64, not of "
                        + System.getProperty("os.arch"));
    };

    private final int number;

    SystemCall(int onX86, int onArm) {
        this.number = x86() ? onX86 : onArm;
    }

    /// A constant's constructor runs before the static fields are set.
    private static boolean x86() {
        return !"aarch64".equals(System.getProperty("os.arch"));
    }

    /// Whether structures are laid out as on x86_64, which packs `struct epoll_event`.
    static boolean onX86() {
        return X86_64;
    }

    int number() {
        return number;
    }

    String lowerName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
