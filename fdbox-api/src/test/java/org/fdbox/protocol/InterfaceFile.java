package org.fdbox.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an interface file declares, as far as tests compare it with the code.
///
/// @param methods by short name
/// @param errors their parameters, by short name
/// @param types their fields, by name
record InterfaceFile(
        Map<String, Declared> methods, Map<String, List<Field>> errors, Map<String, List<Field>> types) {

    /// A method's parameters and what it replies.
    record Declared(List<Field> parameters, List<Field> reply) {}

    /// @param type as written, without the '?'
    record Field(String name, boolean optional, String type) {

        /// The fields of the objects that this one holds, alone or as an array; empty where they are none.
        List<Field> fields(InterfaceFile file) {
            String element = type.startsWith("[]") ? type.substring(2) : type;
            return element.startsWith("(")
                    ? InterfaceFile.fields(element)
                    : file.types.getOrDefault(element, List.of());
        }
    }

    static InterfaceFile of(Interface which) {
        String text = which.text().lines().map(line -> line.replaceAll("#.*", "")).reduce("",
                (a, b) -> a + " " + b);
        var file = new InterfaceFile(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        String rest = text.strip();
        while (!rest.isEmpty()) {
            String keyword = word(rest);
            rest = rest.substring(keyword.length()).strip();
            String name = word(rest);
            rest = rest.substring(name.length()).strip();
            if (keyword.equals("interface")) {
                continue;
            }
            String first = group(rest);
            rest = rest.substring(first.length()).strip();
            switch (keyword) {
                case "type" -> file.types.put(name, fields(first));
                case "error" -> file.errors.put(name, fields(first));
                case "method" -> {
                    rest = rest.substring("->".length()).strip();
                    String reply = group(rest);
                    rest = rest.substring(reply.length()).strip();
                    file.methods.put(name, new Declared(fields(first), fields(reply)));
                }
                default -> throw new IllegalArgumentException(keyword);
            }
        }
        return file;
    }

    private static String word(String text) {
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end)) && text.charAt(end) != '(') {
            end++;
        }
        return text.substring(0, end);
    }

    /// The parenthesis that a text begins with, up to its end.
    private static String group(String text) {
        int depth = 0;
        for (int at = 0; at < text.length(); at++) {
            depth += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            if (depth == 0) {
                return text.substring(0, at + 1);
            }
        }
        throw new IllegalArgumentException(text);
    }

    /// The fields of "(name: type, ...)"; none for the words of an enumeration.
    private static List<Field> fields(String group) {
        var fields = new ArrayList<Field>();
        int depth = 0;
        int start = 1;
        for (int at = 1; at < group.length(); at++) {
            char c = group.charAt(at);
            if (depth == 0 && (c == ',' || c == ')')) {
                String[] field = group.substring(start, at).split(":", 2);
                if (field.length == 2) {
                    String type = field[1].strip();
                    boolean optional = type.startsWith("?");
                    fields.add(new Field(field[0].strip(), optional, optional ? type.substring(1) : type));
                }
                start = at + 1;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return fields;
    }
}
