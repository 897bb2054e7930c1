package org.fdbox.cli.view;

import java.util.List;
import org.fdbox.cli.text.Table;
import org.fdbox.protocol.Reply;

/// What a save or a recovery did not carry, as a table.
public final class LeftTable {

    private static final String NONE = "-";
    private static final String ALL = "(the whole box)";

    private LeftTable() {}

    public static Table of(List<Reply.Left> left) {
        var table = new Table("BOX", "NAME", "HANDLER", "WHY");
        for (Reply.Left one : left) {
            table.row(one.box(), one.name().orElse(ALL), one.compatible().orElse(NONE), one.reason());
        }
        return table;
    }
}
