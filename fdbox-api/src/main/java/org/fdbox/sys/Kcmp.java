package org.fdbox.sys;

/// kcmp(2): whether two tasks share a resource of the kernel, and an order among those that are not shared, the same for
/// whoever asks until the next boot.
final class Kcmp {

    private static final int KCMP_FILE = 0;
    private static final int KCMP_FILES = 2;
    private static final int LESS = 1;
    private static final int GREATER = 2;

    private Kcmp() {}

    /// Compares the open file descriptions of two descriptors; the kernel's answer as it came.
    static long descriptions(Kernel kernel, long task, int number, long otherTask, int otherNumber) {
        return kernel.call(SystemCall.KCMP, task, otherTask, KCMP_FILE, number, otherNumber);
    }

    /// Compares the descriptor tables of two tasks; the kernel's answer as it came.
    static long tables(Kernel kernel, long task, long otherTask) {
        return kernel.call(SystemCall.KCMP, task, otherTask, KCMP_FILES);
    }

    /// A successful answer as a [java.util.Comparator] gives it.
    static int order(long answer) {
        return answer == LESS ? -1 : answer == GREATER ? 1 : 0;
    }
}
