package org.fdbox.sys;

/// A line of proc_pid_maps(5).
///
/// @param range its addresses, "START-END" in hexadecimal
/// @param inode number 0 where no file is mapped. Its device is that of the superblock, which on btrfs and overlayfs is not
/// the one that stat(2) tells
record Mapping(String range, Inode inode) {

    /// How many bytes of a line say all this; a path follows, which can be as long as it likes.
    static final int LONGEST = 128;

    private static final int RANGE = 0;
    private static final int DEVICE = 3;
    private static final int NUMBER = 4;

    static Mapping of(String line) {
        String[] fields = line.split(" ", NUMBER + 2);
        String device = fields[DEVICE];
        int colon = device.indexOf(':');
        return new Mapping(
                fields[RANGE],
                new Inode(
                        new Stat.Device(
                                Integer.parseInt(device, 0, colon, 16),
                                Integer.parseInt(device, colon + 1, device.length(), 16)),
                        Long.parseUnsignedLong(fields[NUMBER])));
    }

    /// Its name in proc_pid_map_files(5), which has no leading zeros.
    String file() {
        int dash = range.indexOf('-');
        return plain(range.substring(0, dash)) + "-" + plain(range.substring(dash + 1));
    }

    private static String plain(String address) {
        return Long.toHexString(Long.parseUnsignedLong(address, 16));
    }
}
