package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/// The numbers of users and groups, asked for where the C library looks: files, directory services (nsswitch.conf(5)).
public final class SystemAccounts {

    /// Of `struct passwd` and of `struct group` (pwd.h, grp.h): name and password come before the number in both.
    private static final long NUMBER = 16;
    private static final long STRUCT = 64;
    /// A group's members are written there too.
    private static final long ROOM = 1 << 20;

    private SystemAccounts() {}

    /// A user's number (getpwnam_r(3)); empty if there is no such user.
    public static OptionalInt uid(String name) {
        return number("getpwnam_r", name);
    }

    /// A group's number (getgrnam_r(3)); empty if there is no such group.
    public static OptionalInt gid(String name) {
        return number("getgrnam_r", name);
    }

    private static OptionalInt number(String function, String name) {
        if (name.indexOf('\0') >= 0) {
            return OptionalInt.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(STRUCT, 8);
            MemorySegment result = arena.allocate(ValueLayout.ADDRESS);
            int _ = (int) function(function).invokeExact(
                    arena.allocateFrom(name), struct, arena.allocate(ROOM, 8), ROOM, result);
            boolean found = result.get(ValueLayout.ADDRESS, 0).address() != 0;
            return found ? OptionalInt.of(struct.get(ValueLayout.JAVA_INT, NUMBER)) : OptionalInt.empty();
        } catch (Throwable impossible) {
            throw new IllegalStateException(function + " cannot be called", impossible);
        }
    }

    /// Linked when asked for, since few daemons ask.
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    }
}
