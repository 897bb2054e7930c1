package org.fdbox.daemon.handover;

import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.sys.Stat;

/// How far a save, or a preparation, has come.
///
/// @param bytesTotal about so many: contents that several entries share are counted for each, and files grow
public record SaveProgress(long bytesDone, long bytesTotal, int entriesDone, int entriesTotal) {

    /// How many bytes of data there are to save of an entry.
    static long bytesOf(Entry entry) {
        if (entry.content() instanceof Content.Held(var fd, var kind)
                && kind.survival() == Survival.CONTENTS) {
            Stat stat = Stat.of(fd);
            return Math.min(stat.size(), stat.allocated());
        }
        return 0;
    }
}
