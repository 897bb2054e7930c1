package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An address goes into the kernel's structure and comes out as it was, of the same family.
class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0, 0, false", "127.0.0.1, 65535, 0, false", "255.255.255.255, 80, 0, false",
        "0:0:0:0:0:0:0:0, 1, 0, true",
        "0:0:0:0:0:0:0:1, 32768, 0, true", "fe80:0:0:0:0:0:0:1, 22, 7, true",
        "0:0:0:0:0:ffff:102:304, 5, 0, true"
    })
    void aStructureSaysTheSame(String host, int port, int scope, boolean v6) {
        var address = new IpAddress(host, port, scope);
        assertThat(address.isV6()).isEqualTo(v6);
        var memory = Scratch.arguments();
        assertThat(address.encode(memory)).isEqualTo(v6 ? 28 : 16);
        assertThat(IpAddress.decode(memory)).isEqualTo(address);
    }

    @Test
    void portsAreInTheOrderOfTheNetwork() {
        var memory = Scratch.arguments();
        new IpAddress("1.2.3.4", 0x1234, 0).encode(memory);
        byte[] bytes = memory.asSlice(2, 6).toArray(ValueLayout.JAVA_BYTE);
        assertThat(bytes).containsExactly(0x12, 0x34, 1, 2, 3, 4);
    }

    @Test
    void aShortFormIsTheSameAddress() {
        var memory = Scratch.arguments();
        new IpAddress("::ffff:1.2.3.4", 1, 0).encode(memory);
        assertThat(IpAddress.decode(memory)).isEqualTo(new IpAddress("0:0:0:0:0:ffff:102:304", 1, 0));
    }

    @ParameterizedTest
    @CsvSource({"localhost, 1", "'', 1", "1.2.3.4.5, 1", "::1%lo, 1", "1.2.3.4, -1", "1.2.3.4, 65536",
        ":::, 1", "deadbeef, 1"})
    void whatIsNoneIsRefused(String host, int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> new IpAddress(host, port, 0));
    }
}
