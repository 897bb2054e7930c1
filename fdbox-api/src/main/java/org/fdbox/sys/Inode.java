package org.fdbox.sys;

/// The name of an inode for as long as somebody has it open.
///
/// @param device of its file system
/// @param number within that
record Inode(Stat.Device device, long number) {

    static Inode of(Stat stat) {
        return new Inode(stat.device(), stat.inode());
    }
}
