package org.fdbox.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

    private static final char ESCAPE = 27;
    private static final char CSI = 0x9b;
    private static final char RIGHT_TO_LEFT = 0x202e;

    @ParameterizedTest
    @ValueSource(strings = {"ram", "boîte", "日本語", "a b", "e\u0301", "👩‍🚀", "vm1:disk-0.img"})
    void ordinaryTextStays(String text) {
        assertThat(Printable.text(text)).isEqualTo(text);
    }

    @Test
    void whatActsOnATerminalIsEscaped() {
        assertThat(Printable.text("a" + ESCAPE + "[31mb")).isEqualTo("a\\x1b[31mb");
        assertThat(Printable.text("a" + CSI + "2J")).isEqualTo("a\\x9b2J");
        assertThat(Printable.text("one\ntwo\r\tthree\0")).isEqualTo("one\\ntwo\\r\\tthree\\x00");
        assertThat(Printable.text("gpj" + RIGHT_TO_LEFT + "exe")).isEqualTo("gpj\\u202eexe");
        assertThat(Printable.text(new String(Character.toChars(0xe0001)))).isEqualTo("\\u{e0001}");
        assertThat(Printable.text(String.valueOf((char) 0xd800))).isEqualTo("\\ud800");
    }

    @Test
    void aBackslashIsDoubledSoThatEscapesCannotBeFeigned() {
        assertThat(Printable.text("a\\nb")).isEqualTo("a\\\\nb");
    }

    @Test
    void jsonKeepsItsMeaning() {
        assertThat(Printable.json("{\"name\":\"a\\nb" + CSI + RIGHT_TO_LEFT + "é\"}"))
                .isEqualTo("{\"name\":\"a\\nb\\u009b\\u202eé\"}");
        assertThat(Printable.json(new String(Character.toChars(0xe0001)))).isEqualTo("\\udb40\\udc01");
    }
}
