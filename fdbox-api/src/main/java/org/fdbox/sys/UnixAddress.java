package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// The address of a Unix socket (unix(7)): a path, or "@name" in the abstract namespace.
///
/// @param text as people write it
public record UnixAddress(String text) {

    /// sizeof(sun_path).
    private static final int ROOM = 108;
    private static final int AF_UNIX = 1;

    /// @throws IllegalArgumentException if it is empty, has a NUL or is too long for the kernel: 107 bytes of a path, or of
    /// a name
    public UnixAddress {
        boolean named = text.startsWith("@");
        int bytes = text.getBytes(StandardCharsets.UTF_8).length - (named ? 1 : 0);
        if (text.indexOf('\0') >= 0) {
            throw impossible(text, "it has a NUL");
        }
        if (bytes < 1 || bytes >= ROOM) {
            throw impossible(text,
                    (named ? "the name behind the '@'" : "it") + " must have 1 to " + (ROOM - 1)
                            + " bytes and has " + bytes);
        }
    }

    private static IllegalArgumentException impossible(String text, String why) {
        return new IllegalArgumentException(
                "\"" + text + "\" cannot be the address of a Unix socket: " + why);
    }

    /// Whether it is in the abstract namespace, where no file and so no permission guards it.
    public boolean isAbstract() {
        return text.startsWith("@");
    }

    /// Writes a struct sockaddr_un and returns its length.
    int encode(MemorySegment memory) {
        memory.asSlice(0, 2 + ROOM).fill((byte) 0);
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 2, bytes.length);
        if (isAbstract()) {
            memory.set(ValueLayout.JAVA_BYTE, 2, (byte) 0);
            return 2 + bytes.length;
        }
        return 2 + bytes.length + 1;
    }

    /// Reads a struct sockaddr_un; null for a socket without an address, or with one that cannot be written as text.
    static UnixAddress decode(MemorySegment memory, int length) {
        try (var arena = Arena.ofConfined()) {
            UnixAddress address = read(memory, length);
            MemorySegment again = arena.allocate(2 + ROOM + 2, 8);
            boolean exact = address != null
                    && address.encode(again) == length
                    && again.asSlice(0, length).mismatch(memory.asSlice(0, length)) == -1;
            return exact ? address : null;
        } catch (IllegalArgumentException unwritable) {
            return null;
        }
    }

    private static UnixAddress read(MemorySegment memory, int length) {
        if (length <= 2) {
            return null;
        }
        byte[] bytes = memory.asSlice(2, length - 2).toArray(ValueLayout.JAVA_BYTE);
        if (bytes[0] == 0) {
            bytes[0] = '@';
            return new UnixAddress(new String(bytes, StandardCharsets.UTF_8));
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new UnixAddress(new String(bytes, 0, end, StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return text;
    }
}
