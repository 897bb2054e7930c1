package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Who is at the other end of a connection, as the kernel noted it when the connection was made (unix(7), SO_PEERCRED and
/// SO_PEERGROUPS). The groups come from the socket and not from /proc, because a pid may be another process by now.
///
/// @param pid 0 where the process is not visible in our pid namespace
/// @param uid effective, in our user namespace
/// @param gid effective
/// @param groups supplementary
public record PeerCredentials(int pid, int uid, int gid, Set<Integer> groups) {

    private static final int SO_PEERCRED = 17;
    private static final int SO_PEERGROUPS = 59;
    private static final int USUAL_GROUPS = 1024;
    /// NGROUPS_MAX of the kernel (limits.h).
    private static final int MOST_GROUPS = 65_536;
    /// Stands for every user, or group, that has no number in our user namespace (user_namespaces(7)), so for nobody in particular.
    private static final int OVERFLOW_ID = 65534;

    /// @param socket connected; stays the caller's
    /// @throws SystemCallException if the kernel does not tell
    public static PeerCredentials of(OwnedFd socket) {
        MemorySegment memory = Scratch.arguments();
        MemorySegment ucred = memory.asSlice(0, 12);
        Kernel.check(UnixSocket.tryOption(socket, SO_PEERCRED, ucred), SystemCall.GETSOCKOPT, "SO_PEERCRED");
        int pid = ucred.get(ValueLayout.JAVA_INT, 0);
        int uid = ucred.get(ValueLayout.JAVA_INT, 4);
        int gid = ucred.get(ValueLayout.JAVA_INT, 8);
        return new PeerCredentials(pid, uid, gid, groups(socket, memory.asSlice(0, USUAL_GROUPS * 4L)));
    }

    /// All of them: who is in a group may have fewer rights than others.
    private static Set<Integer> groups(OwnedFd socket, MemorySegment memory) {
        long bytes = UnixSocket.tryOption(socket, SO_PEERGROUPS, memory);
        if (bytes == -Errno.ERANGE) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment all = arena.allocate(ValueLayout.JAVA_INT, MOST_GROUPS);
                return read(all, UnixSocket.tryOption(socket, SO_PEERGROUPS, all));
            }
        }
        return read(memory, bytes);
    }

    private static Set<Integer> read(MemorySegment memory, long bytes) {
        Kernel.check(bytes, SystemCall.GETSOCKOPT, "SO_PEERGROUPS");
        if (bytes == 0) {
            return Set.of();
        }
        var groups = new HashSet<Integer>();
        Arrays.stream(memory.asSlice(0, bytes).toArray(ValueLayout.JAVA_INT)).forEach(groups::add);
        return Set.copyOf(groups);
    }

    /// Whether a uid or gid stands for one user or group, and not for all those without a number here.
    public static boolean isSomebody(int id) {
        return id != OVERFLOW_ID;
    }

    /// Whether this is a member of the group, by its own gid or a supplementary one.
    public boolean inGroup(int group) {
        return gid == group || groups.contains(group);
    }
}
