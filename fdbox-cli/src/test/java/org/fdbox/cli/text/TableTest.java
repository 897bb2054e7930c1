package org.fdbox.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {

    @Test
    void columnsLineUp() {
        Table table = new Table("NAME", "SIZE", "KIND").right(1);
        table.row("ram", "4096", "memfd").row("a-long-name", "7", "file");
        assertThat(table.text()).isEqualTo("""
                NAME         SIZE  KIND
                ram          4096  memfd
                a-long-name     7  file
                """);
    }

    @Test
    void wideAndCombiningCharactersCountAsTheyAreDrawn() {
        Table table = new Table("NAME", "X").row("日本", "1").row("e\u0301", "2").row("abc", "3");
        assertThat(table.text()).isEqualTo("""
                NAME  X
                日本  1
                e\u0301     2
                abc   3
                """);
    }

    /// Wide: an emoji, a full stop of full width. Narrow: a shield, which is text unless told otherwise, one half of a flag.
    /// Nothing: a vowel of Hangul that joins the consonant before it.
    @ParameterizedTest
    @CsvSource({"\u2705, 2", "\uff0e, 2", "\ud83d\udee1, 1", "\ud83c\udde9, 1", "\ud83c\udde9\ud83c\uddea, 2",
        "\u1112\u1161\u11ab, 2", "\u23f0, 2", "\u2600, 1"})
    void columnsAreCountedAsUnicodeSays(String text, int columns) {
        assertThat(Columns.of(text)).isEqualTo(columns);
    }

    @Test
    void cellsAreMadePrintable() {
        Table table = new Table("NAME", "X").row("a\nb", "1");
        assertThat(table.text()).isEqualTo("""
                NAME  X
                a\\nb  1
                """);
    }

    @Test
    void linesDoNotEndInSpaces() {
        assertThat(new Table("NAME", "WHY").row("a", "").text()).isEqualTo("NAME  WHY\na\n");
    }

    @Test
    void canBeIndented() {
        assertThat(new Table("NAME").row("a").indented().text()).isEqualTo("  NAME\n  a\n");
    }

    @Test
    void knowsWhetherItHasRows() {
        assertThat(new Table("NAME").isEmpty()).isTrue();
        assertThat(new Table("NAME").row("a").isEmpty()).isFalse();
    }

    @Test
    void aRowHasAllCells() {
        assertThatThrownBy(() -> new Table("NAME", "X").row("a"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
