package org.fdbox.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/// The lines of /proc/self/fdinfo for one descriptor (proc_pid_fdinfo(5)): what the kernel tells of a kind that has no
/// system call for it.
public final class FdInfo {

    private final Map<String, String> lines;

    private FdInfo(Map<String, String> lines) {
        this.lines = lines;
    }

    /// @param fd stays the caller's
    public static FdInfo of(OwnedFd fd) {
        var lines = new LinkedHashMap<String, String>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd.number()))) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    lines.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return new FdInfo(lines);
    }

    /// The value after "name:".
    ///
    /// @throws NoSuchElementException if this kernel does not tell it
    public String get(String name) {
        String value = lines.get(name);
        if (value == null) {
            throw new NoSuchElementException("/proc/self/fdinfo has no \"" + name + "\" for this descriptor");
        }
        return value;
    }

    /// Whether the kernel tells it.
    public boolean has(String name) {
        return lines.containsKey(name);
    }
}
