package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What namespaces are called.
@ExtendWith(NoLeak.class)
class NamespaceTest {

    @Test
    void eachIsCalledAsProcCallsIt() throws Exception {
        try (var links = Files.list(Path.of("/proc/self/ns"))) {
            for (Path link : links.filter(link -> !link.toString().endsWith("_for_children")).toList()) {
                try (OwnedFd namespace = OpenFile.open(link.toString(), OpenFlags.RDONLY)) {
                    assertThat(Namespace.name(namespace)).isEqualTo(Files.readSymbolicLink(link).toString());
                }
            }
        }
        assertThat(Namespace.network()).startsWith("net:[");
    }

    @Test
    void whatIsNoNamespaceHasNoName() {
        try (OwnedFd memfd = Memfd.create("x")) {
            assertThatExceptionOfType(SystemCallException.class).isThrownBy(() -> Namespace.name(memfd));
        }
    }
}
