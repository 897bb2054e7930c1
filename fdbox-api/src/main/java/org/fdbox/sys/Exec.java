package org.fdbox.sys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Becoming another program (execve(2)), with descriptors at chosen numbers.
public final class Exec {

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETFD = 2;
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
        Kernel kernel = Kernel.SYSTEM;
        int afterLast = first + descriptors.size();
        // Out of the way first: a source may sit on a number that another one is meant for.
        List<OwnedFd> clear = descriptors.stream().map(fd -> above(kernel, fd, afterLast)).toList();
        for (int i = 0; i < clear.size(); i++) {
            moveTo(kernel, clear.get(i), first + i);
        }
        if (first > 3) {
            kernel.call(SystemCall.CLOSE_RANGE, 3, first - 1, CLOSE_RANGE_CLOEXEC);
        }
        kernel.call(SystemCall.CLOSE_RANGE, afterLast, 0xffffffffL, CLOSE_RANGE_CLOEXEC);
        try (var arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(SIGNAL_SET_BYTES, 8);
            mask.set(ValueLayout.JAVA_LONG, 0, inheritedMask());
            kernel.call(SystemCall.RT_SIGPROCMASK, SIG_SETMASK, mask.address(), 0, SIGNAL_SET_BYTES);
            MemorySegment path = arena.allocateFrom(program.toString());
            MemorySegment argv = strings(arena, arguments);
            MemorySegment envp = strings(
                    arena,
                    environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
            long answer = kernel.call(SystemCall.EXECVE, path.address(), argv.address(), envp.address());
            Kernel.check(answer, SystemCall.EXECVE, program.toString());
        }
    }

    private static OwnedFd above(Kernel kernel, OwnedFd fd, int least) {
        long number = kernel.call(SystemCall.FCNTL, fd.number(), F_DUPFD_CLOEXEC, least);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.FCNTL, fd.toString()));
    }

    /// Like dup2(2), by way of the two calls that both machines have: free the number, then take the lowest at or above it.
    private static void moveTo(Kernel kernel, OwnedFd fd, int target) {
        kernel.call(SystemCall.CLOSE, target);
        long number = kernel.call(SystemCall.FCNTL, fd.number(), F_DUPFD_CLOEXEC, target);
        Kernel.check(number, SystemCall.FCNTL, fd.toString());
        if (number != target) {
            throw new SystemCallException("dup2", "descriptor " + target, Errno.EBUSY);
        }
        kernel.call(SystemCall.FCNTL, target, F_SETFD, 0);
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
