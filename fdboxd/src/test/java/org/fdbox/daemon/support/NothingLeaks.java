package org.fdbox.daemon.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/// Holds this process's open descriptors after each test against those before it. What closes on another
/// thread is waited for.
public final class NothingLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(NothingLeaks.class);

    /// What a JVM opens for itself, when it first needs it.
    private static final Pattern OF_THE_JVM = Pattern.compile(
            ".*\\.(jar|jsa|so|class|properties)|.*/lib/modules|/proc/.*|/sys/fs/cgroup.*|/dev/u?random");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        context.getStore(OURS).put("before", open());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void afterEach(ExtensionContext context) throws Exception {
        var before = (Map<String, Integer>) context.getStore(OURS).get("before", Map.class);
        // Also after a test that was skipped half-way: what it has not closed yet would be the next one's.
        boolean failedAnyway = context.getExecutionException()
                .filter(ended -> !(ended instanceof TestAbortedException)).isPresent();
        if (!failedAnyway && !Await.comesTrue(() -> open().equals(before))) {
            assertThat(open()).as("descriptors open after the test").isEqualTo(before);
        }
    }

    /// How many there are of each kind; numbers of sockets and pipes say nothing.
    public static Map<String, Integer> open() throws IOException {
        var counts = new TreeMap<String, Integer>();
        List<Path> links;
        try (var folder = Files.list(Path.of("/proc/self/fd"))) {
            links = folder.toList();
        }
        for (Path link : links) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                if (!OF_THE_JVM.matcher(target).matches()) {
                    counts.merge(target.replaceAll(":\\[[0-9]+\\]", ""), 1, Integer::sum);
                }
            } catch (NoSuchFileException closedMeanwhile) {
                // The one that listed the folder, for example.
            }
        }
        return counts;
    }
}
