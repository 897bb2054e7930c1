package org.fdbox.sys;

/// CRC32C (RFC 3720, appendix B.4) of data whose parts were summed apart: the checksum is the remainder of a division of
/// polynomials over GF(2), so that of a whole follows from those of its parts and their lengths.
final class Crc32c {

    /// The divisor, its highest power left out, the lowest power in the highest bit.
    private static final int DIVISOR = 0x82F63B78;
    private static final int ONE = 0x80000000;
    private static final int ONE_BYTE = ONE >>> 8;

    private int value;
    /// Parts mostly have one length, and what it multiplies by takes longest.
    private long lastLength;
    private int lastShift = ONE;

    /// Adds what follows.
    ///
    /// @param checksum of the next part alone
    /// @param length of that part, in bytes
    void append(int checksum, long length) {
        if (length != lastLength) {
            lastLength = length;
            lastShift = shift(length);
        }
        value = multiply(value, lastShift) ^ checksum;
    }

    /// The checksum of all parts so far.
    int value() {
        return value;
    }

    /// What so many bytes that follow multiply a remainder by: x to the power of eight times the count.
    private static int shift(long bytes) {
        int shift = ONE;
        int power = ONE_BYTE;
        for (long left = bytes; left > 0; left >>>= 1) {
            if ((left & 1) != 0) {
                shift = multiply(shift, power);
            }
            power = multiply(power, power);
        }
        return shift;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int bit = Integer.SIZE - 1; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ DIVISOR : shifted >>> 1;
        }
        return product;
    }
}
