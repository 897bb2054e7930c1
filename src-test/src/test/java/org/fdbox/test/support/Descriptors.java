package org.fdbox.test.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The open descriptors of a process, by what they are. Files that a JVM opens for itself when it first needs them are left
/// out.
public final class Descriptors {

    private Descriptors() {}

    /// How many there are of each kind, for example {"/memfd:ram (deleted)": 1, "socket": 3}.
    public static Map<String, Integer> of(long pid) throws IOException {
        var counts = new TreeMap<String, Integer>();
        List<Path> links;
        try (var folder = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            links = folder.toList();
        }
        for (Path link : links) {
            String kind = kind(link);
            if (kind != null) {
                counts.merge(kind, 1, Integer::sum);
            }
        }
        return counts;
    }

    public static int count(long pid) throws IOException {
        return of(pid).values().stream().mapToInt(Integer::intValue).sum();
    }

    private static String kind(Path link) throws IOException {
        String target;
        try {
            target = Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return null;
        }
        boolean ofTheJvm = target.endsWith(".jar")
                || target.endsWith("/lib/modules")
                || target.endsWith(".jsa")
                || target.startsWith("/proc/")
                || target.equals("/dev/random")
                || target.equals("/dev/urandom");
        // Numbers of sockets and pipes differ between two that are alike.
        return ofTheJvm ? null : target.replaceAll(":\\[[0-9]+\\]", "");
    }
}
