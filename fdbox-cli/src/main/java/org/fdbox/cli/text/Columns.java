package org.fdbox.cli.text;

/// How many columns of a terminal a text takes.
public final class Columns {

    /// The blocks that terminals draw two columns wide (Unicode, EastAsianWidth.txt, W and F), as first and last, besides
    /// emoji.
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4cf,
        0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff01, 0xff60,
        0xffe0, 0xffe6, 0x16fe0, 0x1b2ff, 0x1f200, 0x1f2ff, 0x20000, 0x3fffd,
    };
    /// Vowels and final consonants of Hangul, which join the syllable before them.
    private static final int FIRST_JOINING_JAMO = 0x1160;
    private static final int LAST_JOINING_JAMO = 0x11ff;
    /// Two of these letters are one flag.
    private static final int FIRST_OF_FLAGS = 0x1f1e6;
    private static final int LAST_OF_FLAGS = 0x1f1ff;

    private Columns() {}

    /// @param text printable
    public static int of(String text) {
        int columns = 0;
        for (int at = 0; at < text.length();) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            columns += of(point);
        }
        return columns;
    }

    private static int of(int point) {
        if (point < 0x300) {
            return 1;
        }
        if (point >= FIRST_JOINING_JAMO && point <= LAST_JOINING_JAMO) {
            return 0;
        }
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    private static boolean isWide(int point) {
        if (Character.isEmojiPresentation(point)) {
            return point < FIRST_OF_FLAGS || point > LAST_OF_FLAGS;
        }
        for (int i = 0; i < WIDE.length; i += 2) {
            if (point >= WIDE[i] && point <= WIDE[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
