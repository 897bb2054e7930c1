package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/// The users and groups that the machine knows: /etc/passwd, LDAP and what else nsswitch.conf(5) names. The C library alone can
/// ask all of them, so this is no system call. Each question may wait for a server.
public final class UserDatabase {

    private static final long BUFFER = 1 << 16;
    /// A group's members are written there too.
    private static final long LARGE_BUFFER = 1 << 20;
    /// No less than `struct passwd` and `struct group` (pwd.h, grp.h) take.
    private static final long STRUCT = 128;
    /// Name and password come before the number in both.
    private static final long NUMBER = 16;

    private UserDatabase() {}

    /// Whether there is a user of this uid (getpwuid_r(3)).
    ///
    /// @return true also where the database cannot be asked: nobody loses anything because a server is down
    public static boolean has(int uid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
            int failure = (int) function("getpwuid_r", ValueLayout.JAVA_INT).invokeExact(
                    uid, arena.allocate(STRUCT, Long.BYTES), arena.allocate(BUFFER), BUFFER, found);
            boolean absent = failure == 0 || failure == Errno.ENOENT || failure == Errno.ESRCH;
            return !absent || isThere(found);
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw impossible(impossible);
        }
    }

    /// A user's number (getpwnam_r(3)); empty if there is no such user, or nobody can be asked.
    public static OptionalInt uid(String name) {
        return number("getpwnam_r", name);
    }

    /// A group's number (getgrnam_r(3)); empty if there is no such group, or nobody can be asked.
    public static OptionalInt gid(String name) {
        return number("getgrnam_r", name);
    }

    private static OptionalInt number(String function, String name) {
        if (name.indexOf('\0') >= 0) {
            return OptionalInt.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(STRUCT, Long.BYTES);
            MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
            int _ = (int) function(function, ValueLayout.ADDRESS).invokeExact(
                    arena.allocateFrom(name), struct, arena.allocate(LARGE_BUFFER), LARGE_BUFFER, found);
            return isThere(found)
                    ? OptionalInt.of(struct.get(ValueLayout.JAVA_INT, NUMBER))
                    : OptionalInt.empty();
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw impossible(impossible);
        }
    }

    private static boolean isThere(MemorySegment found) {
        return !found.get(ValueLayout.ADDRESS, 0).equals(MemorySegment.NULL);
    }

    private static AssertionError impossible(Throwable thrown) {
        return new AssertionError("a native call cannot throw a checked exception", thrown);
    }

    /// Linked when asked for, since most daemons never ask.
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, MemoryLayout key) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, key, ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    }
}
