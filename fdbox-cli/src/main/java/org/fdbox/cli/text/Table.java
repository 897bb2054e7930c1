package org.fdbox.cli.text;

import java.util.ArrayList;
import java.util.List;

/// Rows under a header, in columns that line up. Cells may hold anything: they are made printable here.
public final class Table {

    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;
    private String indent = "";

    /// @param headers one for each column
    public Table(String... headers) {
        right = new boolean[headers.length];
        rows.add(headers.clone());
    }

    /// Lines a column up at its right end, for numbers.
    ///
    /// @param column from 0
    /// @return this
    public Table right(int column) {
        right[column] = true;
        return this;
    }

    /// Moves all lines to the right, for a table in running text.
    ///
    /// @return this
    public Table indented() {
        indent = GAP;
        return this;
    }

    /// Adds a row.
    ///
    /// @param cells one for each column
    /// @return this
    public Table row(String... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException(cells.length + " cells for " + right.length + " columns");
        }
        var printable = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            printable[i] = Printable.text(cells[i]);
        }
        rows.add(printable);
        return this;
    }

    /// Whether it has no row but its header.
    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /// All lines, the header first, each ended by a newline.
    public String text() {
        int[] widths = widths();
        var text = new StringBuilder();
        for (String[] row : rows) {
            int start = text.length();
            text.append(indent);
            for (int i = 0; i < row.length; i++) {
                text.append(i == 0 ? "" : GAP);
                String padding = " ".repeat(widths[i] - Columns.of(row[i]));
                text.append(right[i] ? padding + row[i] : row[i] + padding);
            }
            endLine(text, start);
        }
        return text.toString();
    }

    private int[] widths() {
        var widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], Columns.of(row[i]));
            }
        }
        return widths;
    }

    private static void endLine(StringBuilder text, int start) {
        int end = text.length();
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        text.setLength(end);
        text.append('\n');
    }
}
