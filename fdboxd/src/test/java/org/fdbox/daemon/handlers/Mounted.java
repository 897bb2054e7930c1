package org.fdbox.daemon.handlers;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.fdbox.sys.Mounts;

/// Mounts and network interfaces are for namespaces of a test's own: a machine's are left alone. To run those tests as well, start
/// the build in `unshare --mount --net`, with the loopback interface up, hugetlbfs and bpf mounted anywhere, sysfs mounted anew,
/// and FDBOX_TEST_OWN_NAMESPACES=1.
final class Mounted {

    private Mounted() {}

    /// The folder where a file system of this type is mounted.
    static Path of(String type) {
        assumeOwnNamespaces();
        return Mounts.now().stream().filter(mount -> mount.type().equals(type)).findFirst()
                .map(mount -> Path.of(mount.path()))
                .orElseGet(() -> abort("no " + type + " is mounted"));
    }

    static void assumeOwnNamespaces() {
        assumeTrue(System.getenv("FDBOX_TEST_OWN_NAMESPACES") != null,
                "not in namespaces of the test's own (FDBOX_TEST_OWN_NAMESPACES is not set)");
    }
}
