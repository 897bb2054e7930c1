package org.fdbox.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a message says, read by Jackson's data binding, which shares no line with [Json] but the tokens: something to hold our own
/// reading against.
final class Said {

    private static final JsonMapper TREES = JsonMapper.builder(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.DEEPEST).maxStringLength(Integer.MAX_VALUE).maxNumberLength(100)
                    .build())
            .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Said() {}

    /// The object that a text is, as [Json] has values; empty if it is none.
    static Optional<Map<String, Object>> tree(String text) {
        try {
            return TREES.readValue(text, Object.class) instanceof Map<?, ?> object
                    ? Optional.of(object(object, false))
                    : Optional.empty();
        } catch (JacksonException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    /// The same without what says nothing: null, false and the like are as if they were absent.
    static Map<String, Object> plainly(Map<String, Object> tree) {
        return object(tree, true);
    }

    private static Map<String, Object> object(Map<?, ?> object, boolean plainly) {
        var plain = new LinkedHashMap<String, Object>();
        object.forEach((name, value) -> {
            Object said = value((String) name, value, plainly);
            if (!plainly || said != null) {
                plain.put((String) name, said);
            }
        });
        return plain;
    }

    private static Object value(String name, Object value, boolean plainly) {
        Object said = switch (value) {
            case Map<?, ?> object -> object(object, plainly);
            case List<?> list -> list(list, plainly);
            case Integer number -> number.longValue();
            case BigInteger number when number.bitLength() < Long.SIZE -> number.longValueExact();
            case null -> null;
            default -> value;
        };
        return plainly ? plain(name, said) : said;
    }

    private static List<Object> list(List<?> list, boolean plainly) {
        var said = new ArrayList<Object>();
        list.forEach(element -> said.add(element == null ? null : value("", element, plainly)));
        return said;
    }

    /// The defaults of the interface files, and what can be written in two ways.
    private static Object plain(String name, Object value) {
        boolean byDefault = switch (name) {
            case "parameters", "properties" -> Map.of().equals(value);
            case "fileDescriptor" -> Long.valueOf(0).equals(value);
            default -> Boolean.FALSE.equals(value);
        };
        if (byDefault) {
            return null;
        }
        return switch (value) {
            case String mode when name.equals("mode") && mode.length() == 3 -> "0" + mode;
            case List<?> rights when name.equals("rights") -> new TreeSet<Object>(rights);
            case null, default -> value;
        };
    }

    /// Whether all that an answer says was said by another, which may say more.
    static boolean isSaidBy(Object part, Object whole) {
        return switch (part) {
            case Map<?, ?> object -> whole instanceof Map<?, ?> more && object.entrySet().stream()
                    .allMatch(entry -> isSaidBy(entry.getValue(), more.get(entry.getKey())));
            case List<?> list -> whole instanceof List<?> others && list.size() == others.size()
                    && isEachSaidBy(list, others);
            case null -> whole == null;
            default -> part.equals(whole);
        };
    }

    private static boolean isEachSaidBy(List<?> list, List<?> others) {
        for (int i = 0; i < list.size(); i++) {
            if (!isSaidBy(list.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }
}
