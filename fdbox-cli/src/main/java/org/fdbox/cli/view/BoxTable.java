package org.fdbox.cli.view;

import java.util.List;
import org.fdbox.cli.text.Quantity;
import org.fdbox.cli.text.Table;
import org.fdbox.protocol.BoxInfo;

/// Boxes as a table.
public final class BoxTable {

    private BoxTable() {}

    public static Table of(List<BoxInfo> boxes, Accounts accounts, long nowMicros) {
        var table = new Table("NAME", "SEALED", "ENTRIES", "PENDING", "OWNER", "GROUP", "MODE", "AGE");
        table.right(2).right(3).right(7);
        for (BoxInfo box : boxes) {
            table.row(
                    box.name(),
                    box.sealed() ? "yes" : "no",
                    Integer.toString(box.entries()),
                    Integer.toString(box.pending()),
                    accounts.user(box.owner()),
                    accounts.group(box.group()),
                    "%04o".formatted(box.mode()),
                    Quantity.age(box.createdUSec(), nowMicros));
        }
        return table;
    }
}
