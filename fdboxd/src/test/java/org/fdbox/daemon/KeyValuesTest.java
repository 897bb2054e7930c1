package org.fdbox.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.fdbox.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

/// Whatever a client calls itself, its box or its entries: the line stays one, and says what it says.
class KeyValuesTest {

    private static String line(Object value) {
        var line = new StringBuilder("audit");
        KeyValues.append(line, List.of(new KeyValuePair("k", value), new KeyValuePair("outcome", "granted")));
        return line.toString();
    }

    @Test
    void plainValuesStandAsTheyAre() {
        assertThat(line("vm-1.img_x,y:z/@+")).isEqualTo("audit k=vm-1.img_x,y:z/@+ outcome=granted");
        assertThat(line(4294967295L)).isEqualTo("audit k=4294967295 outcome=granted");
        assertThat(line(true)).isEqualTo("audit k=true outcome=granted");
        assertThat(line(List.of("a", "b"))).isEqualTo("audit k=[\"a\",\"b\"] outcome=granted");
        assertThat(line("")).isEqualTo("audit k=\"\" outcome=granted");
        assertThat(line("café")).isEqualTo("audit k=\"café\" outcome=granted");
        KeyValues.append(new StringBuilder(), null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b outcome=refused", "b\noutcome=x", "b\r", "\"", "\\", "\\\" uid=0", "\u0000",
        "\u001b[2J", "\u0085", "\u2028", "\u2029", "\u202e", "\u200b", "\ufeff", "\ud800", "\udc00x",
        "\ue000",
        "\u00a0", "\t", "[", "a\",\"b", "<3>audit uid=0", "\ud83d\ude00", "\udb40\udc41"})
    void whatIsForgedIsAStringOfJson(String forged) throws Exception {
        for (Object value : List.of(forged, List.of(forged))) {
            String line = line(value);
            assertThat(line).startsWith("audit k=").endsWith(" outcome=granted");
            String json = line.substring("audit k=".length(), line.length() - " outcome=granted".length());
            assertThat(Json.readObject(("{\"k\":" + json + "}").getBytes()))
                    .isEqualTo(Map.of("k", value));
            assertThat(json.codePoints()).allMatch(c -> c == ' ' || !Character.isISOControl(c)
                    && !Character.isSpaceChar(c) && Character.getType(c) != Character.FORMAT);
        }
    }
}
