package org.fdbox.daemon;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.event.KeyValuePair;

/// The keys and values of a log event, in its line: `uid=1000 box=vm1 names=["ram","a \"b\""]`. A text that is more than letters, digits and a few
/// signs is a string of JSON, a list is an array of such; in both, what is no printable character is escaped. So nothing that a
/// client chose can end a line, a value or a list, look like another field, or write to a terminal.
final class KeyValues {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/+@-]+");

    private KeyValues() {}

    /// @param pairs null where an event has none
    static void append(StringBuilder line, List<KeyValuePair> pairs) {
        if (pairs == null) {
            return;
        }
        for (KeyValuePair pair : pairs) {
            line.append(' ').append(pair.key).append('=').append(value(pair.value));
        }
    }

    private static String value(Object value) {
        return switch (value) {
            case Collection<?> list -> list.stream().map(one -> quoted(String.valueOf(one)))
                    .collect(Collectors.joining(",", "[", "]"));
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case null -> "null";
            default -> {
                String text = value.toString();
                yield PLAIN.matcher(text).matches() ? text : quoted(text);
            }
        };
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (isPrintable(c)) {
                quoted.appendCodePoint(c);
            } else {
                for (char half : Character.toChars(c)) {
                    quoted.append("\\u%04x".formatted((int) half));
                }
            }
        });
        return quoted.append('"').toString();
    }

    /// Neither what moves a cursor, turns the direction of writing, or is not seen, nor half a character.
    private static boolean isPrintable(int c) {
        return c == ' ' || switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
