package org.fdbox.sys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A folder that looks like /proc, with processes of a test's choice.
final class FakeProc {

    static final String INITIAL_NAMESPACE = "pid:[4026531836]";
    static final int SELF = (int) ProcessHandle.current().pid();

    private static final int KCMP_FILE = 0;

    final Path root;
    private final Map<String, Integer> descriptions = new HashMap<>();
    private final Map<Integer, Integer> tables = new HashMap<>();

    /// With this process, and process 1.
    FakeProc(Path root) throws IOException {
        this.root = root;
        process(1, "init");
        process(SELF, "java");
        Files.createSymbolicLink(root.resolve("self"), Path.of(String.valueOf(SELF)));
        Files.createDirectory(root.resolve(SELF + "/ns"));
        namespace(INITIAL_NAMESPACE);
    }

    void namespace(String name) throws IOException {
        Path link = root.resolve(SELF + "/ns/pid");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(name));
    }

    void process(int pid, String command) throws IOException {
        task(pid, pid);
        Files.createDirectory(root.resolve(pid + "/map_files"));
        Files.writeString(root.resolve(pid + "/comm"), command + "\n");
    }

    void task(int pid, int task) throws IOException {
        Files.createDirectories(root.resolve(pid + "/task/" + task + "/fd"));
        Files.writeString(root.resolve(pid + "/task/" + task + "/maps"), "");
        tables.put(task, task);
    }

    /// Makes two tasks share their descriptors.
    void shareTable(int task, int other) {
        tables.put(task, other);
    }

    /// @param fd of this process
    void descriptor(int pid, int task, int number, OwnedFd fd) throws IOException {
        link(pid + "/task/" + task + "/fd/" + number, fd);
        descriptions.put(task + "/" + number, fd.number());
    }

    void descriptor(int pid, int number, OwnedFd fd) throws IOException {
        descriptor(pid, pid, number, fd);
    }

    /// @param device "MAJOR:MINOR" in hexadecimal
    void mapping(int pid, int task, String range, String device, long inode) throws IOException {
        Files.writeString(root.resolve(pid + "/task/" + task + "/maps"), """
                7ffd5b1d0000-7ffd5b1f1000 rw-p 00000000 00:00 0                          [stack]
                %s rw-s 00000000 %s %d                       /memfd:a b (deleted)
                """.formatted(range, device, inode));
    }

    void link(String path, OwnedFd fd) throws IOException {
        Files.createSymbolicLink(root.resolve(path), Path.of("/proc/self/fd/" + fd.number()));
    }

    /// The real kernel, except that kcmp knows these processes.
    Kernel kernel() {
        return Kernels.replacing(SystemCall.KCMP, (call, a, b, type, d, e, f) -> {
            if (a == SELF && b == SELF) {
                return Kernel.SYSTEM.call(call, a, b, type, d, e, f);
            }
            if (type == KCMP_FILE) {
                Integer number = descriptions.get(b + "/" + e);
                return number == null
                        ? -Errno.EBADF
                        : Kernel.SYSTEM.call(call, SELF, SELF, type, d, number, 0);
            }
            int order = tables.get((int) a).compareTo(tables.get((int) b));
            return order == 0 ? 0 : order < 0 ? 1 : 2;
        });
    }

    /// Answers calls on paths that end so with an errno.
    static Kernel refusing(Kernel kernel, SystemCall which, String ending, int errno) {
        return (call, a, b, c, d, e, f) -> call == which && path(b).endsWith(ending)
                ? -errno
                : kernel.call(call, a, b, c, d, e, f);
    }

    /// The path that a call was given.
    static String path(long address) {
        return Kernels.memory(address, 4096).getString(0);
    }
}
