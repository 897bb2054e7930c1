package org.fdbox.daemon.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.protocol.Malformed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A manifest is trusted to the bit, and what a reader does not know of it stays as it was.
class ManifestTest {

    private static final Map<String, Object> ENTRY = Map.of(
            "name", "ram", "compatible", "fdbox,memfd-v1", "properties",
            Map.of("size", 5L, "flags", List.of("rdwr")));
    private static final Map<String, Object> BOX =
            Map.of("compatible", "fdbox,box-v1", "name", "vm1", "mode", "0600", "fds", List.of(ENTRY));

    private static Manifest manifest(Map<String, Object> unknown) {
        return new Manifest(3, "fdboxd 1.0.0", 1_795_440_000_000_000L, "boot", List.of(BOX), unknown);
    }

    @Test
    void comesBackAsItWasWritten() throws Exception {
        Manifest manifest = manifest(Map.of());
        assertThat(Manifest.read(manifest.write(), false)).isEqualTo(manifest);
    }

    @Test
    void everyDamagedByteIsNoticed() {
        byte[] good = manifest(Map.of()).write();
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                assertRefused("byte " + at + " bit " + bit, bad);
            }
        }
    }

    private static void assertRefused(String what, byte[] bytes) {
        assertThatThrownBy(() -> Manifest.read(bytes, false)).as(what).isInstanceOf(Malformed.class);
    }

    @Test
    void everyMissingEndIsNoticed() {
        byte[] good = manifest(Map.of()).write();
        // The last byte is a line's end, which says nothing.
        for (int length = 0; length < good.length - 1; length++) {
            assertRefused("only " + length + " bytes", Arrays.copyOf(good, length));
        }
    }

    @Test
    void whatAPersonChangedIsReadOnlyWhenAskedFor() throws Exception {
        byte[] edited = text(manifest(Map.of())).replace("\"vm1\"", "\"vm2\"").getBytes(UTF_8);
        assertThatThrownBy(() -> Manifest.read(edited, false))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("--accept-edited");
        assertThat(Manifest.read(edited, true).boxes().getFirst()).containsEntry("name", "vm2");
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"note\":\"edited\"}", ",\"x\":{\"crc32c\":\"00000000\"}}", "}{}", "} x"})
    void nothingCanBeAddedBehindTheChecksum(String tail) {
        String good = text(manifest(Map.of())).strip();
        assertRefused(tail, (good.substring(0, good.length() - 1) + tail).getBytes(UTF_8));
    }

    @Test
    void aManifestWithoutAChecksumIsNotTrusted() throws Exception {
        byte[] bare = "{\"compatible\":\"fdbox-v1\",\"generation\":1,\"boxes\":[]}".getBytes(UTF_8);
        assertRefused("no checksum", bare);
        assertThat(Manifest.read(bare, true).boxes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{}", "{\"compatible\":\"fdbox-v2\",\"generation\":1,\"boxes\":[]}",
        "{\"compatible\":\"fdbox-v1\",\"boxes\":[]}", "{\"compatible\":\"fdbox-v1\",\"generation\":1}",
        "{\"compatible\":\"fdbox-v1\",\"generation\":\"1\",\"boxes\":[]}",
        "{\"compatible\":\"fdbox-v1\",\"generation\":1,\"boxes\":{}}",
        "{\"compatible\":\"fdbox-v1\",\"generation\":1,\"generation\":2,\"boxes\":[]}"
    })
    void whatIsNoManifestOfThisFormatIsRefusedAlsoWhenEditsAreAccepted(String text) {
        assertThatThrownBy(() -> Manifest.read(text.getBytes(UTF_8), true)).isInstanceOf(Malformed.class);
    }

    @Test
    void fieldsThatNobodyKnowsAreWrittenAgainUnchanged() throws Exception {
        var unknown = new LinkedHashMap<String, Object>();
        unknown.put("future",
                Map.of("big", new BigInteger("18446744073709551615"), "exact", new BigDecimal("0.10")));
        unknown.put("list", List.of(1L, "two", false));
        unknown.put("nothing", null);
        byte[] first = manifest(unknown).write();
        Manifest read = Manifest.read(first, false);
        assertThat(read.unknown()).isEqualTo(unknown);
        assertThat(read.write()).isEqualTo(first);
    }

    private static String text(Manifest manifest) {
        return new String(manifest.write(), UTF_8);
    }
}
