package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/// Fails a test after which this process has other descriptors open than before its class was instantiated
/// for it.
public final class NoLeak implements TestInstancePreConstructCallback, AfterEachCallback {

    /// Opened by the JVM itself, when it first needs them.
    private static final List<String> OF_THE_JVM =
            List.of(".jar", ".jsa", "/lib/modules", "/dev/random", "/dev/urandom");

    private Map<Integer, String> before;

    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context)
            throws IOException {
        before = open();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        assertThat(open()).as("open descriptors after the test").isEqualTo(before);
    }

    /// Numbers of this process, and what each is open on.
    private static Map<Integer, String> open() throws IOException {
        var open = new TreeMap<Integer, String>();
        List<Path> links;
        try (var folder = Files.list(Path.of("/proc/self/fd"))) {
            links = folder.toList();
        }
        for (Path link : links) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                if (!target.startsWith("/proc/") && OF_THE_JVM.stream().noneMatch(target::endsWith)) {
                    open.put(Integer.valueOf(link.getFileName().toString()), target);
                }
            } catch (NoSuchFileException closedMeanwhile) {
                // The one that the listing itself used.
            }
        }
        return open;
    }
}
