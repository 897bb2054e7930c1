package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether a socket is bound to what is at its path: asked as root, and as somebody else.
@ExtendWith(NoLeak.class)
class SocketPathTest {

    private static final Kernel WITHOUT_RIGHTS = Kernels.always(SystemCall.IOCTL, -Errno.EPERM);

    @TempDir
    Path folder;

    private static Kernel kernel(boolean root) {
        return root ? Kernel.SYSTEM : WITHOUT_RIGHTS;
    }

    private static OwnedFd at(Path path) {
        return OpenFile.open(path.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyTheFileThatItIsBoundTo(boolean root) throws Exception {
        Path path = folder.resolve("socket");
        var address = new UnixAddress(path.toString());
        try (OwnedFd socket = Kernels.through(kernel(root),
                UnixSocket.listen(address, SocketFacts.STREAM, 1))) {
            try (OwnedFd found = at(path)) {
                assertThat(SocketPath.leadsTo(socket, found)).isTrue();
            }
            Files.move(path, folder.resolve("aside"));
            try (OwnedFd _ = UnixSocket.listen(address, SocketFacts.STREAM, 1); OwnedFd found = at(path)) {
                assertThat(SocketPath.leadsTo(socket, found)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noneIfItIsNotBound(boolean root) {
        try (OwnedFd socket = UnixSocket.create(kernel(root), SocketFacts.STREAM);
                OwnedFd found = at(folder)) {
            assertThat(SocketPath.leadsTo(socket, found)).isFalse();
        }
    }

    @Test
    void noneWhereNobodyMayAsk() {
        var address = new UnixAddress(folder.resolve("socket").toString());
        for (SystemCall forbidden : new SystemCall[]{SystemCall.SOCKET, SystemCall.WRITE, SystemCall.READ}) {
            Kernel kernel = (call, a, b, c, d, e, f) -> call == forbidden
                    ? -Errno.EPERM
                    : WITHOUT_RIGHTS.call(call, a, b, c, d, e, f);
            try (OwnedFd socket = Kernels.through(kernel,
                    UnixSocket.listen(address, SocketFacts.STREAM, 1));
                    OwnedFd found = at(Path.of(address.text()))) {
                assertThat(SocketPath.leadsTo(socket, found)).as("%s", forbidden).isFalse();
            } finally {
                Path.of(address.text()).toFile().delete();
            }
        }
    }
}
