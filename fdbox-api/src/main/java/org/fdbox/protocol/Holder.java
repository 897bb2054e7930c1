package org.fdbox.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A process that has a file open.
///
/// @param pid in the daemon's pid namespace
/// @param fileDescriptorNumber there; -1 where the file is mapped into memory and its descriptor is closed
/// @param command what the process calls itself: 15 bytes at most, and any characters
public record Holder(int pid, int fileDescriptorNumber, String command) {

    /// For people: the first of them, and how many more.
    static String told(List<Holder> holders) {
        if (holders.isEmpty()) {
            return "another process";
        }
        Holder first = holders.getFirst();
        String others = holders.size() == 1 ? "" : " and " + (holders.size() - 1) + " more";
        return "process " + first.pid() + " (" + first.command() + ")" + others;
    }

    static List<Map<String, Object>> write(List<Holder> holders) {
        return holders.stream().map(Holder::write).toList();
    }

    private Map<String, Object> write() {
        return Parameters.object(
                "pid", pid, "fileDescriptorNumber", fileDescriptorNumber, "command", command);
    }

    static List<Holder> read(List<Parameters> objects) throws Refused.InvalidParameter {
        var holders = new ArrayList<Holder>();
        for (Parameters p : objects) {
            holders.add(new Holder(p.integer("pid"), p.integer("fileDescriptorNumber"), p.string("command")));
        }
        return List.copyOf(holders);
    }
}
