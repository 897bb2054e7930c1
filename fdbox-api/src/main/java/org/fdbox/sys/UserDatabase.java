package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The users that the machine knows: /etc/passwd, LDAP and what else nsswitch.conf(5) names. The C library alone can ask all of
/// them, so this is no system call.
public final class UserDatabase {

    private static final int BUFFER = 1 << 16;
    private static final int STRUCT_PASSWD = 128;

    /// Linked when first asked, which most daemons never are.
    private static final class Library {
        private static final MethodHandle GETPWUID_R = link();

        @SuppressWarnings("restricted")
        private static MethodHandle link() {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("getpwuid_r"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        }
    }

    private UserDatabase() {}

    /// Whether there is a user of this uid (getpwuid_r(3)). May wait for a server.
    ///
    /// @return true also where the database cannot be asked: nobody loses anything because a server is down
    public static boolean has(int uid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
            int failure = (int) Library.GETPWUID_R.invokeExact(
                    uid, arena.allocate(STRUCT_PASSWD, Long.BYTES), arena.allocate(BUFFER), (long) BUFFER,
                    found);
            boolean absent = failure == 0 || failure == Errno.ENOENT || failure == Errno.ESRCH;
            return !absent || !found.get(ValueLayout.ADDRESS, 0).equals(MemorySegment.NULL);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new AssertionError("a native call cannot throw a checked exception", impossible);
        }
    }
}
