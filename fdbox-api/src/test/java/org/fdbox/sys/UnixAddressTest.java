package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses as people write them, and as unix(7) lays them out.
class UnixAddressTest {

    private final MemorySegment memory = Arena.ofAuto().allocate(128, 8);

    private UnixAddress decode(byte[] path) {
        memory.fill((byte) 'x');
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
        MemorySegment.copy(path, 0, memory, ValueLayout.JAVA_BYTE, 2, path.length);
        return UnixAddress.decode(memory, 2 + path.length);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "/run/fdbox/socket, /run/fdbox/socket|, false",
        "relative, relative|, false",
        "@name, |name, true",
        "@@, |@, true",
        "/run/@x, /run/@x|, false",
    })
    void isWrittenAsTheKernelWantsItAndReadBack(String text, String bytes, boolean isAbstract) {
        var address = new UnixAddress(text);
        memory.fill((byte) 'x');
        int length = address.encode(memory);
        assertThat(memory.get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 1);
        assertThat(memory.asSlice(2, length - 2).toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(Messages.bytes(bytes));
        assertThat(UnixAddress.decode(memory, length)).isEqualTo(address).hasToString(text);
        assertThat(address.isAbstract()).isEqualTo(isAbstract);
    }

    @Test
    void aPathMayHave107Bytes() {
        var address = new UnixAddress("/" + "x".repeat(106));
        assertThat(UnixAddress.decode(memory, address.encode(memory))).isEqualTo(address);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UnixAddress("/" + "x".repeat(107)))
                .withMessageContaining("107 bytes")
                .withMessageContaining("108");
    }

    @Test
    void anAbstractNameMayHave107Bytes() {
        var address = new UnixAddress("@" + "x".repeat(107));
        assertThat(UnixAddress.decode(memory, address.encode(memory))).isEqualTo(address);
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixAddress("@" + "x".repeat(108)));
    }

    @Test
    void bytesAreCountedAndNotLetters() {
        assertThat(new UnixAddress("/" + "é".repeat(53)).encode(memory)).isEqualTo(110);
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixAddress("/é" + "é".repeat(53)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', it must have 1 to 107 bytes and has 0",
        "@, the name behind the '@' must have 1 to 107 bytes and has 0",
        "/a|b, it has a NUL",
        "@a|, it has a NUL",
    })
    void anAddressThatMeansNothingIsRefused(String text, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixAddress(text.replace('|', '\0')))
                .withMessageEndingWith(": " + reason);
    }

    @Test
    void aSocketWithoutAnAddressHasNone() {
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
        assertThat(UnixAddress.decode(memory, 2)).isNull();
        assertThat(UnixAddress.decode(memory, 0)).isNull();
    }

    /// What cannot be written down and bound again exactly is no address: names with a NUL, which programs
    /// have that pass
    /// the whole structure, bytes that are no UTF-8, a relative path that looks like an abstract name.
    @ParameterizedTest
    @ValueSource(strings = {"\0padded\0\0", "\0\0", "\0", "\0\u00ff", "\u00ff", "/s\u00e9\0", "@relative\0",
        "/a\0rest"})
    void anAddressThatNoTextStandsForIsNone(String path) {
        assertThat(decode(latin(path))).isNull();
    }

    @Test
    void aPathWithoutRoomForItsNulIsNone() {
        assertThat(decode(latin("/" + "x".repeat(107)))).isNull();
    }
}
