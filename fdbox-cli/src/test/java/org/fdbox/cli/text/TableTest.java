package org.fdbox.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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
