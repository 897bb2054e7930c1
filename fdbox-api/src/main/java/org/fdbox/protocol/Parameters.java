package org.fdbox.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// The parameters of one message, asked for by name and shape; in the end, [#noOthers()] refuses what nobody asked for.
/// An absent parameter and a null are the same. Every failed demand is an InvalidParameter with the name.
final class Parameters {

    private final Map<String, Object> values;
    private final Set<String> asked = new HashSet<>();

    Parameters(Map<String, Object> values) {
        this.values = values;
    }

    /// Parameters of a member of an array, named "files" for all of its members.
    @SuppressWarnings("unchecked")
    private static Parameters of(String name, Object value) throws Refused.InvalidParameter {
        if (value instanceof Map<?, ?> object) {
            return new Parameters((Map<String, Object>) object);
        }
        throw new Refused.InvalidParameter(name);
    }

    private Object value(String name) {
        asked.add(name);
        return values.get(name);
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    String string(String name) throws Refused.InvalidParameter {
        return optionalString(name).orElseThrow(() -> new Refused.InvalidParameter(name));
    }

    Optional<String> optionalString(String name) throws Refused.InvalidParameter {
        return optional(name, String.class);
    }

    private <T> Optional<T> optional(String name, Class<T> type) throws Refused.InvalidParameter {
        Object value = value(name);
        if (value != null && !type.isInstance(value)) {
            throw new Refused.InvalidParameter(name);
        }
        return Optional.ofNullable(type.cast(value));
    }

    /// A boolean that is false where it is absent.
    boolean flag(String name) throws Refused.InvalidParameter {
        return optionalFlag(name).orElse(false);
    }

    Optional<Boolean> optionalFlag(String name) throws Refused.InvalidParameter {
        return optional(name, Boolean.class);
    }

    long number(String name) throws Refused.InvalidParameter {
        return optionalNumber(name).orElseThrow(() -> new Refused.InvalidParameter(name));
    }

    OptionalLong optionalNumber(String name) throws Refused.InvalidParameter {
        Long number = optional(name, Long.class).orElse(null);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    int integer(String name) throws Refused.InvalidParameter {
        return optionalInteger(name).orElseThrow(() -> new Refused.InvalidParameter(name));
    }

    OptionalInt optionalInteger(String name) throws Refused.InvalidParameter {
        return within(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// A uid or gid: 0 to 2^32-2, kept in an int as the kernel's C programs do.
    OptionalInt optionalId(String name) throws Refused.InvalidParameter {
        return within(name, 0, 0xfffffffeL);
    }

    private OptionalInt within(String name, long least, long most) throws Refused.InvalidParameter {
        OptionalLong number = optionalNumber(name);
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        if (number.getAsLong() < least || number.getAsLong() > most) {
            throw new Refused.InvalidParameter(name);
        }
        return OptionalInt.of((int) number.getAsLong());
    }

    /// Permission bits, written like "0750".
    OptionalInt optionalMode(String name) throws Refused.InvalidParameter {
        String text = optionalString(name).orElse(null);
        if (text == null) {
            return OptionalInt.empty();
        }
        if (!text.matches("0?[0-7]{3}")) {
            throw new Refused.InvalidParameter(name);
        }
        return OptionalInt.of(Integer.parseInt(text, 8));
    }

    Optional<List<String>> optionalStrings(String name) throws Refused.InvalidParameter {
        Object value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        var strings = new ArrayList<String>();
        for (Object element : list(name, value)) {
            if (!(element instanceof String text)) {
                throw new Refused.InvalidParameter(name);
            }
            strings.add(text);
        }
        return Optional.of(strings);
    }

    /// A list of numbers that are ints.
    List<Integer> integers(String name) throws Refused.InvalidParameter {
        var integers = new ArrayList<Integer>();
        for (Object element : list(name, value(name))) {
            if (!(element instanceof Long number) || number != number.intValue()) {
                throw new Refused.InvalidParameter(name);
            }
            integers.add(number.intValue());
        }
        return List.copyOf(integers);
    }

    Map<String, Object> map(String name) throws Refused.InvalidParameter {
        return of(name, value(name)).values;
    }

    List<Parameters> objects(String name) throws Refused.InvalidParameter {
        var objects = new ArrayList<Parameters>();
        for (Object element : list(name, value(name))) {
            objects.add(of(name, element));
        }
        return objects;
    }

    Parameters object(String name) throws Refused.InvalidParameter {
        return of(name, value(name));
    }

    Map<String, Object> optionalMap(String name) throws Refused.InvalidParameter {
        Object value = value(name);
        return value == null ? Map.of() : of(name, value).values;
    }

    private static List<?> list(String name, Object value) throws Refused.InvalidParameter {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new Refused.InvalidParameter(name);
    }

    /// Refuses the first parameter that nobody asked for.
    void noOthers() throws Refused.InvalidParameter {
        for (String name : values.keySet()) {
            if (!asked.contains(name)) {
                throw new Refused.InvalidParameter(name);
            }
        }
    }

    /// Builds the other direction: an object from names and values, without what is empty or null.
    static Map<String, Object> object(Object... namesAndValues) {
        var object = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = switch (namesAndValues[i + 1]) {
                case Optional<?> optional -> optional.orElse(null);
                case OptionalInt optional ->
                    optional.isPresent() ? Integer.toUnsignedLong(optional.getAsInt()) : null;
                case OptionalLong optional -> optional.isPresent() ? optional.getAsLong() : null;
                case null -> null;
                case Object other -> other;
            };
            if (value != null) {
                object.put((String) namesAndValues[i], value);
            }
        }
        return object;
    }
}
