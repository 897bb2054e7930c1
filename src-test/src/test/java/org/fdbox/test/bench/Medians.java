package org.fdbox.test.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Figures of several rounds by name. The contenders run in turn in each round, so whatever else the machine does meets all.
final class Medians {

    static final int ROUNDS = Integer.getInteger("fdbox.bench.rounds", 7);

    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    void add(String name, double value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    /// NaN for what was not measured.
    double of(String name) {
        List<Double> sorted = values.getOrDefault(name, List.of()).stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }
}
