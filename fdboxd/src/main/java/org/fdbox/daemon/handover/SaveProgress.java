package org.fdbox.daemon.handover;

import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// How far a save, or a preparation, has come.
///
/// @param bytesTotal about so many: contents that several entries share are counted for each, and files grow
public record SaveProgress(long bytesDone, long bytesTotal, int entriesDone, int entriesTotal) {

    /// How many bytes of data there are to save of an entry, as far as that can be known without waiting.
    static long bytesOf(Entry entry) {
        if (entry.content() instanceof Content.Held(var fd, var kind)
                && kind.survival() == Survival.CONTENTS) {
            try {
                Stat stat = Stat.of(fd);
                return Math.min(stat.size(), stat.allocated());
            } catch (SystemCallException unknown) {
                return 0;
            }
        }
        return 0;
    }
}
