package org.fdbox.cli.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.SystemCallException;

/// All open files of the demonstration, and a second name for one of them.
final class Exhibits {

    private static final String ALIAS = "log-again";

    private final LogFile twice;
    private final List<Exhibit> all;

    /// What became of one.
    ///
    /// @param difference empty: it survived
    record Result(String name, String kind, String checked, Optional<String> difference) {}

    /// @param folder for those that have a path
    Exhibits(Path folder) {
        twice = new LogFile(folder.resolve("vm1.log"));
        all = List.of(new Memory(), new Counter(), new Listener(folder.resolve("console.socket")), twice);
    }

    /// Opens all.
    ///
    /// @return by name, each owned by the caller; two names have the same one
    Map<String, OwnedFd> open() {
        var opened = new LinkedHashMap<String, OwnedFd>();
        try {
            for (Exhibit exhibit : all) {
                opened.put(exhibit.name(), exhibit.open());
            }
        } catch (SystemCallException failed) {
            opened.values().forEach(OwnedFd::close);
            throw failed;
        }
        opened.put(ALIAS, opened.get(twice.name()));
        return opened;
    }

    List<String> names() {
        var names = new ArrayList<>(all.stream().map(Exhibit::name).toList());
        names.add(ALIAS);
        return names;
    }

    /// @param back by name; stay the caller's
    List<Result> compare(Map<String, OwnedFd> back) {
        var results = new ArrayList<Result>();
        for (Exhibit exhibit : all) {
            results.add(result(
                    exhibit.name(), exhibit.kind(), exhibit.checked(),
                    () -> exhibit.compare(back.get(exhibit.name()))));
        }
        OwnedFd one = back.get(twice.name());
        OwnedFd other = back.get(ALIAS);
        results.add(result(ALIAS, twice.kind(), "is the same open file: shares the position",
                () -> sameFile(one, other)));
        return results;
    }

    private interface Comparison {
        void run() throws Exhibit.Different;
    }

    private static Result result(String name, String kind, String checked, Comparison comparison) {
        try {
            comparison.run();
            return new Result(name, kind, checked, Optional.empty());
        } catch (Exhibit.Different | SystemCallException difference) {
            return new Result(name, kind, checked, Optional.of(difference.getMessage()));
        }
    }

    private static void sameFile(OwnedFd one, OwnedFd other) throws Exhibit.Different {
        if (SameDescription.aliases(List.of(one, other)).isEmpty()) {
            throw new Exhibit.Different("they are two open files now");
        }
        OpenFile.seek(one, 3);
        Exhibit.Different.unlessEqual("the position of one, set through the other", 3L,
                OpenFile.position(other));
    }
}
