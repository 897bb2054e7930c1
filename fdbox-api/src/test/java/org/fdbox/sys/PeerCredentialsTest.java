package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernel says who is at the other end.
@ExtendWith(NoLeak.class)
class PeerCredentialsTest {

    private static final int SO_PEERGROUPS = 59;

    /// "Groups:" of /proc/self/status.
    private static Set<Integer> ownGroups() throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            String groups = lines.filter(line -> line.startsWith("Groups:")).findFirst().orElseThrow();
            return Arrays.stream(groups.substring(7).strip().split(" "))
                    .filter(group -> !group.isEmpty())
                    .map(Integer::valueOf)
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void isThisProcessWhereItTalksToItself(@TempDir Path folder) throws Exception {
        var address = new UnixAddress(folder.resolve("s").toString());
        var own = new PeerCredentials(
                (int) ProcessHandle.current().pid(), ThisProcess.uid(), ThisProcess.gid(), ownGroups());
        try (OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 1);
                OwnedFd client = UnixSocket.connect(address);
                OwnedFd server = UnixSocket.accept(listener).orElseThrow()) {
            assertThat(PeerCredentials.of(server)).isEqualTo(own);
            assertThat(PeerCredentials.of(client)).isEqualTo(own);
        }
    }

    @Test
    void ofAPairIsWhoMadeIt() throws Exception {
        try (var pair = UnixSocket.pair()) {
            assertThat(PeerCredentials.of(pair.one()).uid()).isEqualTo(ThisProcess.uid());
            assertThat(PeerCredentials.of(pair.one()).groups()).isEqualTo(ownGroups());
        }
    }

    @Test
    void allGroupsAreTold() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can be in other groups");
        Set<Integer> many = IntStream.rangeClosed(3000, 8000).boxed().collect(Collectors.toSet());
        try (UnixSocket.Pair pair = FileIdentity.as(1234, 1234, many, UnixSocket::pair)) {
            assertThat(PeerCredentials.of(pair.one()).groups()).isEqualTo(many);
        }
    }

    @Test
    void membershipIsByEitherKindOfGroup() {
        var peer = new PeerCredentials(1, 1000, 100, Set.of(4, 27));
        assertThat(peer.inGroup(100)).isTrue();
        assertThat(peer.inGroup(27)).isTrue();
        assertThat(peer.inGroup(1000)).isFalse();
        assertThat(peer.inGroup(0)).isFalse();
    }

    /// Some group of theirs may be one that has fewer rights than others.
    @ParameterizedTest
    @ValueSource(ints = {Errno.ERANGE, Errno.EIO})
    void whoseGroupsAreUnknownIsNobody(int errno) {
        Kernel silent = Kernels.replacing(SystemCall.GETSOCKOPT, (call, a, b, c, d, e,
                f) -> c == SO_PEERGROUPS ? -errno : Kernel.SYSTEM.call(call, a, b, c, d, e, f));
        try (var pair = UnixSocket.pair();
                OwnedFd socket = Kernels.through(silent, pair.one())) {
            assertThatExceptionOfType(SystemCallException.class).isThrownBy(() -> PeerCredentials.of(socket))
                    .withMessageContaining("SO_PEERGROUPS");
        }
    }
}
