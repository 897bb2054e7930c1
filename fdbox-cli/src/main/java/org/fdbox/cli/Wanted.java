package org.fdbox.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import org.fdbox.sys.OpenFlags;

/// An entry that is asked for, as it is or opened anew.
///
/// @param access of [OpenFlags]; empty: the open file itself
record Wanted(String name, OptionalInt access) {

    /// Reads `NAME` or `NAME=ro`, `NAME=wo`, `NAME=rw`.
    static Wanted of(String text) throws UsageException {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new Wanted(text, OptionalInt.empty());
        }
        int access = switch (text.substring(equals + 1)) {
            case "ro" -> OpenFlags.RDONLY;
            case "wo" -> OpenFlags.WRONLY;
            case "rw" -> OpenFlags.RDWR;
            default -> throw new UsageException(
                    "\"" + text + "\": an entry is opened anew with =ro, =wo or =rw behind its name");
        };
        return new Wanted(text.substring(0, equals), OptionalInt.of(access));
    }

    /// Reads several, each name once.
    static List<Wanted> all(List<String> texts) throws UsageException {
        var wanted = new ArrayList<Wanted>();
        var names = new HashSet<String>();
        for (String text : texts) {
            Wanted one = of(text);
            if (!names.add(one.name)) {
                throw new UsageException("the name \"" + one.name + "\" is given twice");
            }
            wanted.add(one);
        }
        return wanted;
    }
}
