package org.fdbox.protocol;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The rule for names of boxes and entries: 1 to 255 bytes of UTF-8, no '/', no '=', no control characters, not "." or "..".
/// Two names are the same if their bytes are; nothing is normalised.
public final class Name {

    private static final int MOST_BYTES = 255;
    private static final int MOST_SHOWN = 64;

    private Name() {}

    /// @return the name
    /// @throws Refused.InvalidName with the rule that it breaks
    public static String check(String name) throws Refused.InvalidName {
        String fault = fault(name);
        if (fault != null) {
            throw new Refused.InvalidName(shown(name), fault);
        }
        return name;
    }

    /// The rule that a name breaks, or null.
    private static String fault(String name) {
        if (name.isEmpty()) {
            return "it is empty";
        }
        if (name.equals(".") || name.equals("..")) {
            return "it would mean a folder";
        }
        if (name.indexOf('/') >= 0 || name.indexOf('=') >= 0) {
            return "it has a '/' or a '='";
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return "it has a control character";
        }
        int bytes = utf8Length(name);
        if (bytes < 0) {
            return "it is not UTF-8";
        }
        return bytes > MOST_BYTES ? "it has " + bytes + " bytes, and " + MOST_BYTES + " are allowed" : null;
    }

    /// -1 where it cannot be written in UTF-8.
    private static int utf8Length(String name) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
            return bytes.remaining();
        } catch (CharacterCodingException loneSurrogate) {
            return -1;
        }
    }

    /// A name that is refused can be anything; an error message is short and printable.
    private static String shown(String name) {
        String start = name.length() > MOST_SHOWN ? name.substring(0, cut(name)) + "…" : name;
        return start.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// Not between the two halves of a character.
    private static int cut(String name) {
        boolean between = Character.isSurrogatePair(name.charAt(MOST_SHOWN - 1), name.charAt(MOST_SHOWN));
        return between ? MOST_SHOWN - 1 : MOST_SHOWN;
    }
}
