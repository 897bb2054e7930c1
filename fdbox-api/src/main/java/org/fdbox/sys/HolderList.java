package org.fdbox.sys;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Who was found to hold one file. A file that everybody has open would not fit in a reply, so only the first are kept.
final class HolderList {

    /// A thousand holders take some 100 KiB in a reply.
    static final int MOST = 1000;

    /// Threads with descriptor tables of their own can have the file under the same number.
    private final Set<FileHolder> holders = new LinkedHashSet<>();
    private int last;

    boolean isFull() {
        return holders.size() == MOST;
    }

    /// Whether the process that was looked into last is in it.
    boolean endsWith(int pid) {
        return last == pid;
    }

    void add(FileHolder holder) {
        holders.add(holder);
        last = holder.pid();
    }

    List<FileHolder> toList() {
        return List.copyOf(holders);
    }
}
