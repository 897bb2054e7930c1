package org.fdbox.sys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Becoming another program (execve(2)), with descriptors at chosen numbers.
public final class Exec {

    private static final long NONE = -1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_GETFD = 1;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int SIG_SETMASK = 2;
    private static final int SIGNAL_SET_BYTES = 8;

    private Exec() {}

    /// Where execvp(3) would find a program.
    ///
    /// @param program with a '/', a path; else looked for in PATH
    public static Optional<Path> find(String program) {
        if (program.indexOf('/') >= 0) {
            return Optional.of(Path.of(program)).filter(Exec::runnable);
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin");
        for (String folder : path.split(":")) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, program);
            if (runnable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean runnable(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    /// Replaces this process. The descriptors arrive at the numbers first, first + 1, ...; the standard ones stay, all others
    /// of this process are closed. The signal mask becomes the one this process was started with; the limit of descriptors
    /// stays as it is, so a JVM that is going to do this wants -XX:-MaxFDLimit.
    ///
    /// @param descriptors stay the caller's, should this fail
    /// @param first at least 3
    /// @throws SystemCallException if the program cannot be run; otherwise this does not return
    public static void replace(
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            List<OwnedFd> descriptors,
            int first) {
        replace(Kernel.SYSTEM, program, arguments, environment, descriptors, first);
    }

    static void replace(
            Kernel kernel,
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            List<OwnedFd> descriptors,
            int first) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(2L * SIGNAL_SET_BYTES, 8);
            mask.set(ValueLayout.JAVA_LONG, 0, inheritedMask());
            MemorySegment path = arena.allocateFrom(program.toString());
            MemorySegment argv = strings(arena, arguments);
            MemorySegment envp = strings(
                    arena,
                    environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
            // Copies out of the way: of what is passed on, since one may sit where another belongs; and of what sits
            // there now, which may be a file that the JVM reads classes from.
            int afterLast = first + descriptors.size();
            long[] passed = new long[descriptors.size()];
            long[] ours = new long[descriptors.size()];
            Arrays.fill(passed, NONE);
            Arrays.fill(ours, NONE);
            try {
                for (int i = 0; i < passed.length; i++) {
                    passed[i] = above(kernel, descriptors.get(i).number(), afterLast);
                    ours[i] = aboveIfOpen(kernel, first + i, afterLast);
                }
            } catch (SystemCallException noNumbers) {
                closeAll(kernel, passed);
                closeAll(kernel, ours);
                throw noNumbers;
            }
            kernel.call(SystemCall.RT_SIGPROCMASK, SIG_SETMASK, mask.address(),
                    mask.address() + SIGNAL_SET_BYTES, SIGNAL_SET_BYTES, 0, 0);
            kernel.call(SystemCall.CLOSE_RANGE, 3, 0xffffffffL, CLOSE_RANGE_CLOEXEC, 0, 0, 0);
            long answer = become(kernel, passed, ours, first, path.address(), argv.address(), envp.address());
            kernel.call(SystemCall.RT_SIGPROCMASK, SIG_SETMASK, mask.address() + SIGNAL_SET_BYTES, 0,
                    SIGNAL_SET_BYTES, 0, 0);
            Kernel.check(answer, SystemCall.EXECVE, program);
        }
    }

    /// From the first dup3 on, no class can be loaded: the JVM's own files may be gone. So nothing is called here but system
    /// calls, whose path is well trodden by now; and if there is no new program, the JVM gets its files back.
    private static long become(
            Kernel kernel, long[] passed, long[] ours, int first, long path, long argv, long envp) {
        long answer = 0;
        int placed = 0;
        while (placed < passed.length && answer >= 0) {
            answer = kernel.call(SystemCall.DUP3, passed[placed], first + placed, 0, 0, 0, 0);
            placed += answer >= 0 ? 1 : 0;
        }
        if (answer >= 0) {
            answer = kernel.call(SystemCall.EXECVE, path, argv, envp, 0, 0, 0);
        }
        for (int i = 0; i < placed; i++) {
            if (ours[i] >= 0) {
                kernel.call(SystemCall.DUP3, ours[i], first + i, OpenFlags.CLOEXEC, 0, 0, 0);
            } else {
                kernel.call(SystemCall.CLOSE, first + i, 0, 0, 0, 0, 0);
            }
        }
        closeAll(kernel, passed);
        closeAll(kernel, ours);
        return answer;
    }

    private static void closeAll(Kernel kernel, long[] numbers) {
        for (long number : numbers) {
            if (number >= 0) {
                kernel.call(SystemCall.CLOSE, number, 0, 0, 0, 0, 0);
            }
        }
    }

    /// A copy at a higher number.
    private static long above(Kernel kernel, int number, int least) {
        long copy = kernel.call(SystemCall.FCNTL, number, F_DUPFD_CLOEXEC, least, 0, 0, 0);
        return Kernel.check(copy, SystemCall.FCNTL, "descriptor " + number);
    }

    private static long aboveIfOpen(Kernel kernel, int number, int least) {
        long open = kernel.call(SystemCall.FCNTL, number, F_GETFD, 0, 0, 0, 0);
        return open < 0 ? NONE : above(kernel, number, least);
    }

    /// The mask that this process was started with: the thread that entered main() of the launcher still has it, while the
    /// JVM's own threads block SIGQUIT.
    private static long inheritedMask() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigBlk:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(8L * (strings.size() + 1), 8);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ValueLayout.JAVA_LONG, i, arena.allocateFrom(strings.get(i)).address());
        }
        return array;
    }
}
