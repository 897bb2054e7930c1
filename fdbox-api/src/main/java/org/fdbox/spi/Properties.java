package org.fdbox.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Properties from a manifest, asked for by name and type. What is missing or of another type is a refusal that names it.
public record Properties(Map<String, Object> values) {

    public String string(String name) throws HandlerRefusal {
        return get(String.class, name);
    }

    public Optional<String> optionalString(String name) throws HandlerRefusal {
        return values.get(name) == null ? Optional.empty() : Optional.of(string(name));
    }

    public long number(String name) throws HandlerRefusal {
        return get(Long.class, name);
    }

    /// A number of 0 or more.
    public long count(String name) throws HandlerRefusal {
        long number = number(name);
        if (number < 0) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is negative");
        }
        return number;
    }

    /// Of a user or a group; the largest number stands for none (chown(2)).
    public int id(String name) throws HandlerRefusal {
        long number = count(name);
        if (number >= 0xffff_ffffL) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is no user's or group's");
        }
        return (int) number;
    }

    public int integer(String name) throws HandlerRefusal {
        long number = number(name);
        if (number != (int) number) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is too large");
        }
        return (int) number;
    }

    public boolean flag(String name) throws HandlerRefusal {
        return get(Boolean.class, name);
    }

    /// Properties inside a property.
    @SuppressWarnings("unchecked")
    public Map<String, Object> map(String name) throws HandlerRefusal {
        Map<?, ?> map = get(Map.class, name);
        if (!map.keySet().stream().allMatch(String.class::isInstance)) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is malformed");
        }
        return (Map<String, Object>) map;
    }

    public List<String> strings(String name) throws HandlerRefusal {
        List<?> list = get(List.class, name);
        if (!list.stream().allMatch(String.class::isInstance)) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is no list of strings");
        }
        return list.stream().map(String.class::cast).toList();
    }

    /// Permission bits, written like "0750".
    public int mode(String name) throws HandlerRefusal {
        String text = string(name);
        if (!text.matches("[0-7]{1,5}")) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is no mode");
        }
        return Integer.parseInt(text, 8) & 07777;
    }

    private <T> T get(Class<T> type, String name) throws HandlerRefusal {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new HandlerRefusal("the saved property \"" + name + "\" is missing or malformed");
        }
        return type.cast(value);
    }
}
