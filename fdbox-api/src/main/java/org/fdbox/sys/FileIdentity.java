package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Opening files with the rights of somebody else: the kernel itself then checks what that user may open, with access lists
/// and all. Root only; the capabilities that pass over file permissions are off meanwhile (setfsuid(2), capabilities(7)).
///
/// The identity belongs to one thread, which only this class uses, so no other request can ever run with it.
public final class FileIdentity {

    private static final int UNCHANGED = -1;

    private FileIdentity() {}

    /// Whether this process can look at files with the eyes of that user: it is that user, or root. Nobody can be whoever has no
    /// number in our user namespace.
    public static boolean canAssume(int uid) {
        int own = ThisProcess.uid();
        return (own == uid || own == 0) && PeerCredentials.isSomebody(uid);
    }

    /// The same where the group counts too: for [#as] and [#listen].
    public static boolean canAssume(int uid, int gid) {
        return ThisProcess.uid() == uid || canAssume(uid) && PeerCredentials.isSomebody(gid);
    }

    /// Runs an action whose openings the kernel judges as those of this user.
    ///
    /// @throws IllegalStateException where [#canAssume] says no, or the group has no number here
    /// @throws Exception what the action throws
    public static <T> T as(int uid, int gid, Set<Integer> groups, Callable<T> action) throws Exception {
        requireAssumable(uid, gid);
        if (ThisProcess.uid() == uid) {
            return action.call();
        }
        return onThreadOfItsOwn(() -> {
            assume(uid, gid, groups);
            return action.call();
        });
    }

    /// Listens at a bound Unix socket in the name of this user: that is who its peers see (SO_PEERCRED and SO_PEERGROUPS, unix(7)), with
    /// the pid of this process.
    ///
    /// @throws IllegalStateException as [#as]
    /// @throws Exception with the kernel's reason
    public static void listen(int uid, int gid, Set<Integer> groups, OwnedFd bound, int backlog)
            throws Exception {
        requireAssumable(uid, gid);
        if (ThisProcess.uid() == uid) {
            UnixSocket.listen(bound, backlog);
            return;
        }
        onThreadOfItsOwn(() -> {
            assume(uid, gid, groups);
            appear(uid, gid);
            UnixSocket.listen(bound, backlog);
            return null;
        });
    }

    private static void requireAssumable(int uid, int gid) {
        if (!canAssume(uid)) {
            throw new IllegalStateException("only root can open files with the rights of uid " + uid);
        }
        if (ThisProcess.uid() != uid && !PeerCredentials.isSomebody(gid)) {
            throw new IllegalStateException("gid " + gid + " stands for every group without a number here");
        }
    }

    /// A thread that has assumed another identity is never used again, so there is nothing to undo. What it opened must not get
    /// lost, so an interrupt waits until it is done.
    private static <T> T onThreadOfItsOwn(Callable<T> action) throws Exception {
        var task = new FutureTask<>(action);
        Thread thread = Thread.ofPlatform().name("file-identity").daemon().start(task);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        try {
            return task.resultNow();
        } catch (IllegalStateException failed) {
            if (task.exceptionNow() instanceof Exception cause) {
                throw cause;
            }
            throw failed;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// The raw calls change the calling thread alone, unlike their wrappers in the C library (nptl(7)).
    private static void assume(int uid, int gid, Set<Integer> groups) {
        Kernel kernel = Kernel.SYSTEM;
        int[] somebodys =
                groups.stream().mapToInt(Integer::intValue).filter(PeerCredentials::isSomebody).toArray();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocateFrom(ValueLayout.JAVA_INT, somebodys);
            long answer = kernel.call(SystemCall.SETGROUPS, somebodys.length, list.address());
            Kernel.check(answer, SystemCall.SETGROUPS, "the groups of uid " + uid);
        }
        kernel.call(SystemCall.SETFSGID, gid);
        kernel.call(SystemCall.SETFSUID, uid);
        // Both answer the identity before; asking again with an impossible one answers the one in force.
        if ((int) kernel.call(SystemCall.SETFSUID, -1) != uid
                || (int) kernel.call(SystemCall.SETFSGID, -1) != gid) {
            throw new SystemCallException("setfsuid", "uid " + uid, Errno.EPERM);
        }
        keepToItself();
    }

    /// Effective ids as well: those are what others see, and with them this thread may do no more than the user. What may send signals to
    /// it goes by the real ones.
    private static void appear(int uid, int gid) {
        Kernel kernel = Kernel.SYSTEM;
        long group = kernel.call(SystemCall.SETRESGID, UNCHANGED, gid, UNCHANGED);
        Kernel.check(group, SystemCall.SETRESGID, "gid " + gid);
        long user = kernel.call(SystemCall.SETRESUID, UNCHANGED, uid, UNCHANGED);
        Kernel.check(user, SystemCall.SETRESUID, "uid " + uid);
        keepToItself();
    }

    private static void keepToItself() {
        // A change of identity lets root have core dumps of the process where fs.suid_dumpable is 2 (proc_sys_fs(5)).
        ThisProcess.keepToItself();
    }
}
