package org.fdbox.cli.view;

import java.util.List;
import java.util.Locale;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.text.Quantity;
import org.fdbox.cli.text.Table;
import org.fdbox.protocol.EntryInfo;

/// Entries as a table, and what is to be said about some of them below it.
public final class EntryTable {

    private static final String NONE = "-";

    private EntryTable() {}

    public static Table of(List<EntryInfo> entries, Accounts accounts, long nowMicros) {
        var table =
                new Table("NAME", "KIND", "STATE", "SURVIVES", "DETAIL", "SAME AS", "PUT BY", "AGE").right(7);
        for (EntryInfo entry : entries) {
            table.row(
                    entry.name(),
                    entry.kind(),
                    word(entry.state()),
                    word(entry.survival()),
                    detail(entry),
                    entry.sameAs().orElse(NONE),
                    accounts.user(entry.putterUid()),
                    Quantity.age(entry.putUSec(), nowMicros));
        }
        return table;
    }

    /// Only what the entries are and how they survive. Without details, which the daemon tells only when it lists.
    public static Table brief(List<EntryInfo> entries) {
        var table = new Table("NAME", "KIND", "SURVIVES");
        for (EntryInfo entry : entries) {
            table.row(entry.name(), entry.kind(), word(entry.survival()));
        }
        return table;
    }

    /// The same with details.
    public static Table detailed(List<EntryInfo> entries) {
        var table = new Table("NAME", "KIND", "SURVIVES", "DETAIL");
        for (EntryInfo entry : entries) {
            table.row(entry.name(), entry.kind(), word(entry.survival()), detail(entry));
        }
        return table;
    }

    private static String detail(EntryInfo entry) {
        return Detail.of(entry.properties()).orElse(NONE);
    }

    /// One line for each entry that survives no better for a reason, with an empty one before them.
    public static String notes(List<EntryInfo> entries) {
        var notes = new StringBuilder();
        for (EntryInfo entry : entries) {
            if (entry.survivalReason().isPresent()) {
                notes.append(notes.isEmpty() ? "\n" : "");
                notes.append(Printable.text(entry.name() + ": " + entry.survivalReason().get())).append('\n');
            }
        }
        return notes.toString();
    }

    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
