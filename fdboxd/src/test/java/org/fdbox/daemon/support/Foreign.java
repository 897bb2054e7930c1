package org.fdbox.daemon.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;

/// Descriptors of kinds that the daemon never makes itself, made by system calls of the test's own. What this
/// kernel or this user may not make skips the test.
public final class Foreign {

    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final MethodHandle SYSCALL = link();

    private Foreign() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        var longs = new ValueLayout.OfLong[7];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs),
                        Linker.Option.firstVariadicArg(1));
    }

    /// @return what the call answers, or -1
    public static long call(int onX86, int onArm, long... arguments) {
        long[] six = Arrays.copyOf(arguments, 6);
        try {
            return (long) SYSCALL.invokeExact(
                    (long) (ARM ? onArm : onX86), six[0], six[1], six[2], six[3], six[4], six[5]);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// @param what for whoever wonders why a test was skipped
    /// @return owned by the caller
    public static OwnedFd make(String what, int onX86, int onArm, long... arguments) {
        long number = call(onX86, onArm, arguments);
        assumeTrue(number >= 0, "cannot be made here: " + what);
        return OwnedFd.adopt((int) number);
    }

    public static OwnedFd inotify() {
        return make("inotify", 294, 26, OpenFlags.CLOEXEC);
    }

    public static OwnedFd fanotify() {
        return make("fanotify", 300, 262, 1, 0);
    }

    public static OwnedFd epoll() {
        return make("epoll", 291, 20, OpenFlags.CLOEXEC);
    }

    public static OwnedFd userfaultfd() {
        return make("userfaultfd", 323, 282, OpenFlags.CLOEXEC);
    }

    public static OwnedFd secretMemory() {
        return make("memfd_secret", 447, 447, OpenFlags.CLOEXEC);
    }

    public static OwnedFd socket(int domain, int type, int protocol) {
        return make("a socket of family " + domain, 41, 198, domain, type | OpenFlags.CLOEXEC, protocol);
    }

    public static OwnedFd ring() {
        try (var arena = Arena.ofConfined()) {
            return make("io_uring", 425, 425, 4, arena.allocate(256, 8).address());
        }
    }

    /// Counts the task clock of this thread.
    public static OwnedFd perfEvent() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(112, 8);
            attributes.set(ValueLayout.JAVA_INT, 0, 1);
            attributes.set(ValueLayout.JAVA_INT, 4, 112);
            attributes.set(ValueLayout.JAVA_LONG, 8, 1);
            return make("perf_event", 298, 241, attributes.address(), 0, -1, -1, 8);
        }
    }

    public static OwnedFd landlockRuleset() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(8, 8);
            attributes.set(ValueLayout.JAVA_LONG, 0, 1);
            return make("a landlock ruleset", 444, 444, attributes.address(), 8, 0);
        }
    }

    public static OwnedFd fsContext() {
        try (var arena = Arena.ofConfined()) {
            return make("fsopen", 430, 430, arena.allocateFrom("tmpfs").address(), 1);
        }
    }

    /// A filter that allows everything and stays with its thread.
    public static OwnedFd seccompNotify() throws InterruptedException {
        var made = new long[1];
        Thread.ofPlatform().start(() -> {
            try (var arena = Arena.ofConfined()) {
                MemorySegment instruction = arena.allocate(8, 8);
                instruction.set(ValueLayout.JAVA_SHORT, 0, (short) 6);
                instruction.set(ValueLayout.JAVA_INT, 4, 0x7fff0000);
                MemorySegment program = arena.allocate(16, 8);
                program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
                program.set(ValueLayout.JAVA_LONG, 8, instruction.address());
                made[0] = call(317, 277, 1, 8, program.address());
            }
        }).join();
        assumeTrue(made[0] >= 0, "cannot be made here: a seccomp listener");
        return OwnedFd.adopt((int) made[0]);
    }

    /// What a thread makes that is alone in a network namespace of its own (unshare(2), CLONE_NEWNET).
    public static OwnedFd inAnotherNetwork(Callable<OwnedFd> made) throws Exception {
        var task = new FutureTask<>(() -> call(272, 97, 0x40000000) < 0 ? null : made.call());
        Thread.ofPlatform().start(task).join();
        assumeTrue(task.get() != null, "cannot be made here: a network namespace");
        return task.get();
    }

    /// Without a name, so that nothing stays behind.
    public static OwnedFd messageQueue(String name) {
        try (var arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name).address();
            OwnedFd queue = make("a message queue", 240, 180, text, 02 | 0100 | OpenFlags.CLOEXEC, 0600, 0);
            call(241, 181, text);
            return queue;
        }
    }

    public static OwnedFd virtualMachine() {
        assumeTrue(new java.io.File("/dev/kvm").canWrite(), "/dev/kvm is missing");
        try (OwnedFd kvm = OpenFile.open("/dev/kvm", OpenFlags.RDWR)) {
            return ioctl("a virtual machine", kvm, 0xae01, 0);
        }
    }

    public static OwnedFd virtualProcessor() {
        try (OwnedFd machine = virtualMachine()) {
            return ioctl("a virtual processor", machine, 0xae41, 0);
        }
    }

    public static OwnedFd kvmStatistics() {
        try (OwnedFd machine = virtualMachine()) {
            return ioctl("statistics of a virtual machine", machine, 0xaece, 0);
        }
    }

    /// KVM_CREATE_DEVICE of KVM_DEV_TYPE_VFIO, the one that needs no hardware.
    public static OwnedFd kvmDevice() {
        try (OwnedFd machine = virtualMachine(); var arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(12, 8);
            device.set(ValueLayout.JAVA_INT, 0, 4);
            long answer = call(16, 29, machine.number(), 0xc00caee0L, device.address());
            assumeTrue(answer >= 0, "cannot be made here: a device of a virtual machine");
            return OwnedFd.adopt(device.get(ValueLayout.JAVA_INT, 4));
        }
    }

    public static OwnedFd guestMemory() {
        try (OwnedFd machine = virtualMachine(); var arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocate(64, 8);
            wanted.set(ValueLayout.JAVA_LONG, 0, 4096);
            return ioctl("guest memory", machine, 0xc040aed4L, wanted.address());
        }
    }

    private static OwnedFd ioctl(String what, OwnedFd fd, long request, long argument) {
        return make(what, 16, 29, fd.number(), request, argument);
    }
}
