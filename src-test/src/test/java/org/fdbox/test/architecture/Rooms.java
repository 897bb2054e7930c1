package org.fdbox.test.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The table of rooms in docs/architecture.md, read as the rules that it states: one page tells people and the build.
final class Rooms {

    private static final String JDK = "the JDK";
    private static final String ALL_BELOW = "everything below";

    /// One row.
    ///
    /// @param mayImport names of libraries, of rooms, or what stands for all rooms further down
    record Room(String packageName, List<String> mayImport) {

        /// As in a table: the last part of the package.
        String name() {
            return packageName.substring(packageName.lastIndexOf('.') + 1);
        }
    }

    private final List<Room> rooms;

    private Rooms(List<Room> rooms) {
        this.rooms = rooms;
    }

    static Rooms read(Path page) throws IOException {
        var rooms = new ArrayList<Room>();
        String root = "";
        for (String line : Files.readAllLines(page)) {
            String[] cells = line.split("\\|");
            boolean row = cells.length == 4 && cells[1].contains("`") && cells[1].contains(".");
            if (!row) {
                continue;
            }
            String name = cells[1].replaceFirst("[^`]*`([^`]+)`.*", "$1");
            if (name.startsWith(".")) {
                rooms.add(new Room(root + name, words(cells[3])));
            } else {
                root = name;
                rooms.add(new Room(name, words(cells[3])));
            }
        }
        return new Rooms(rooms);
    }

    private static List<String> words(String cell) {
        return Stream.of(cell.split(",")).map(String::strip).toList();
    }

    List<Room> all() {
        return rooms;
    }

    Set<String> packages() {
        return new LinkedHashSet<>(rooms.stream().map(Room::packageName).toList());
    }

    /// The packages that a room's classes may use, as ArchUnit writes them.
    String[] allowed(Room room) {
        var allowed = new LinkedHashSet<>(List.of("java..", "javax..", "sun.misc", room.packageName()));
        for (String word : room.mayImport()) {
            switch (word) {
                case JDK -> {
                    // Always there.
                }
                case ALL_BELOW -> rooms.stream()
                        .map(Room::packageName)
                        .filter(below -> below.startsWith(room.packageName() + "."))
                        .forEach(allowed::add);
                case "Jackson" -> allowed.add("tools.jackson..");
                case "picocli" -> allowed.add("picocli..");
                case "slf4j" -> allowed.add("org.slf4j..");
                case "logback" -> allowed.add("ch.qos.logback..");
                default -> allowed.add(named(word).packageName());
            }
        }
        return allowed.toArray(String[]::new);
    }

    private Room named(String name) {
        return rooms.stream()
                .filter(room -> room.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/architecture.md names no room " + name));
    }
}
