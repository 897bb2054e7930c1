package org.fdbox.cli.view;

import java.util.List;
import org.fdbox.cli.text.Table;
import org.fdbox.protocol.Holder;

/// Processes that have a file open, as a table, and what is to be said below it.
public final class HolderTable {

    private HolderTable() {}

    public static Table of(List<Holder> holders) {
        var table = new Table("PID", "FD", "COMMAND").right(0).right(1);
        for (Holder holder : holders) {
            int number = holder.fileDescriptorNumber();
            table.row(
                    Integer.toString(holder.pid()),
                    number < 0 ? "mapped" : Integer.toString(number),
                    holder.command());
        }
        return table;
    }

    /// What the search is worth, in a line.
    ///
    /// @param complete whether the daemon could look into every process
    public static String note(List<Holder> holders, boolean complete) {
        if (complete) {
            return holders.isEmpty() ? "no other process has it open" : "no other process than these";
        }
        return "not every process could be looked into, so others may have it open"
                + (holders.isEmpty() ? "" : " too");
    }
}
