package org.fdbox.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.fdbox.protocol.Json;

/// What a benchmark found: figures of one run side by side, printed as a table and written as JSON to target/bench.
final class Table {

    private final String name;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String name, String... columns) {
        this.name = name;
        this.columns = List.of(columns);
    }

    /// @param cells one for each column
    void row(Object... cells) {
        var row = new ArrayList<String>();
        for (Object cell : cells) {
            row.add(cell instanceof Double number ? "%.2f".formatted(number) : String.valueOf(cell));
        }
        rows.add(row);
    }

    void publish() throws IOException {
        System.out.println("\n" + name + "\n" + line(columns));
        rows.forEach(row -> System.out.println(line(row)));
        Path file =
                Files.createDirectories(Path.of("target/bench")).resolve(name.replace(' ', '-') + ".json");
        Files.write(file, Json.write(Map.of("name", name, "rows", rows.stream().map(this::object).toList())));
    }

    private Map<String, Object> object(List<String> row) {
        var object = new LinkedHashMap<String, Object>();
        for (int i = 0; i < columns.size(); i++) {
            object.put(columns.get(i), row.get(i));
        }
        return object;
    }

    private String line(List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int width = columns.get(i).length();
            for (List<String> row : rows) {
                width = Math.max(width, row.get(i).length());
            }
            line.append(i == 0
                    ? ("%-" + width + "s").formatted(cells.get(i))
                    : ("  %" + width + "s").formatted(cells.get(i)));
        }
        return line.toString();
    }
}
