package org.fdbox.cli.text;

/// Text from elsewhere, made harmless for a terminal: what would act instead of being shown is written as an escape.
public final class Printable {

    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;
    private static final int DELETE = 0x7f;

    private Printable() {}

    /// The text with control, formatting and separating characters, and lone surrogates, in the notation of C.
    /// A backslash becomes two, so that what is shown has one reading.
    public static String text(String text) {
        var shown = new StringBuilder(text.length());
        for (int at = 0; at < text.length();) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            if (point == '\\') {
                shown.append("\\\\");
            } else if (isHarmless(point)) {
                shown.appendCodePoint(point);
            } else {
                shown.append(escape(point));
            }
        }
        return shown.toString();
    }

    /// JSON with the same characters as escapes, which is the same JSON. Inside its strings the generator has escaped what
    /// lies below the space; outside of them there is nothing above the tilde.
    public static String json(String json) {
        var shown = new StringBuilder(json.length());
        for (int at = 0; at < json.length();) {
            int point = json.codePointAt(at);
            at += Character.charCount(point);
            if (point < DELETE || isHarmless(point)) {
                shown.appendCodePoint(point);
            } else {
                for (char half : Character.toChars(point)) {
                    shown.append("\\u%04x".formatted((int) half));
                }
            }
        }
        return shown.toString();
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            // These two join letters and emoji; the others turn lines around or hide.
            case Character.FORMAT -> point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER;
            default -> true;
        };
    }

    private static String escape(int point) {
        return switch (point) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> (point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\u{%x}").formatted(point);
        };
    }
}
