package org.fdbox.cli.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// The names of users and groups, as far as this machine's own files know them (passwd(5), group(5)).
public final class Accounts {

    private static final int NAME = 0;
    private static final int ID = 2;

    private final Map<String, Integer> users;
    private final Map<String, Integer> groups;

    /// @param users the text of a passwd file
    /// @param groups the text of a group file
    public Accounts(String users, String groups) {
        this.users = read(users);
        this.groups = read(groups);
    }

    public static Accounts ofSystem() {
        return new Accounts(text(Path.of("/etc/passwd")), text(Path.of("/etc/group")));
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException noSuchFile) {
            return "";
        }
    }

    private static Map<String, Integer> read(String text) {
        var ids = new LinkedHashMap<String, Integer>();
        for (String line : text.split("\n")) {
            String[] fields = line.split(":");
            if (fields.length > ID && fields[ID].matches("\\d{1,10}")) {
                ids.putIfAbsent(fields[NAME], (int) Long.parseLong(fields[ID]));
            }
        }
        return ids;
    }

    /// A user's name, or its number.
    public String user(int uid) {
        return name(users, uid);
    }

    /// A group's name, or its number.
    public String group(int gid) {
        return name(groups, gid);
    }

    private static String name(Map<String, Integer> ids, int id) {
        for (Map.Entry<String, Integer> candidate : ids.entrySet()) {
            if (candidate.getValue() == id) {
                return candidate.getKey();
            }
        }
        return Integer.toUnsignedString(id);
    }

    /// A user's number.
    public OptionalInt uid(String name) {
        return id(users, name);
    }

    /// A group's number.
    public OptionalInt gid(String name) {
        return id(groups, name);
    }

    private static OptionalInt id(Map<String, Integer> ids, String name) {
        Integer id = ids.get(name);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }
}
