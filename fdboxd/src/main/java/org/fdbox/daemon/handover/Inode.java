package org.fdbox.daemon.handover;

import org.fdbox.sys.Stat;

/// What tells one file from another while both are open.
record Inode(Stat.Device device, long number) {

    static Inode of(Stat stat) {
        return new Inode(stat.device(), stat.inode());
    }
}
