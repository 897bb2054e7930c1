package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void aSocketOfOursIsInOurNetwork() {
        try (OwnedFd socket = UnixSocket.create(Kernel.SYSTEM, SocketFacts.STREAM)) {
            assertThat(Namespace.networkOf(socket)).contains(Namespace.network());
        }
    }

    /// A cookie of 1 says that the socket is another namespace's, since ours is asked through the same kernel, for a different answer.
    @Test
    void aSocketOfAnotherNetworkIsNamedIfWeMayKnow() {
        var cookies = new AtomicInteger();
        Kernel elsewhere = Kernels.replacing(SystemCall.GETSOCKOPT, (_, _, _, _, value, _, _) -> {
            Kernels.memory(value, 8).set(ValueLayout.JAVA_LONG, 0, cookies.incrementAndGet());
            return 0;
        });
        Kernel refused = (call, a, b, c, d, e, f) -> call == SystemCall.IOCTL
                ? -Errno.EPERM
                : elsewhere.call(call, a, b, c, d, e, f);
        try (OwnedFd socket =
                Kernels.through(refused, UnixSocket.create(Kernel.SYSTEM, SocketFacts.STREAM))) {
            assertThat(Namespace.networkOf(socket)).isEmpty();
        }
    }
}
