package org.fdbox.sys;

/// The kinds of inode that stat(2) tells apart (inode(7)).
public enum FileType {
    REGULAR(0100000),
    DIRECTORY(0040000),
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000),
    FIFO(0010000),
    SOCKET(0140000),
    SYMBOLIC_LINK(0120000),
    /// eventfd, epoll and their like: inodes without a type.
    ANONYMOUS(0);

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    static FileType of(int bits) {
        for (FileType type : values()) {
            if (type.bits == bits) {
                return type;
            }
        }
        return ANONYMOUS;
    }
}
