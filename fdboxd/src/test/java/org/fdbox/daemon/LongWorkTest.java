package org.fdbox.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The service manager is asked for time as soon as long work begins.
@ExtendWith(NothingLeaks.class)
class LongWorkTest {

    private static final byte[] ASKED = "EXTEND_TIMEOUT_USEC=30000000".getBytes(UTF_8);

    @TempDir
    Path folder;

    @Test
    void asksAtOnce() {
        Path path = folder.resolve("manager");
        try (OwnedFd manager = UnixSocket.bind(new UnixAddress(path.toString()), SocketFacts.DATAGRAM);
                LongWork work = LongWork.begin(new Readiness(Map.of("NOTIFY_SOCKET", path.toString())))) {
            assertThat(Pipe.read(manager, ASKED.length)).isEqualTo(ASKED);
            work.step();
        }
    }

    /// That of the other test may not have ended yet.
    private static Set<Thread> asking() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("long-work")).collect(Collectors.toSet());
    }

    @Test
    void asksNobodyWithoutAManager() {
        Set<Thread> before = asking();
        try (LongWork work = LongWork.begin(new Readiness(Map.of()))) {
            work.step();
            assertThat(before).containsAll(asking());
        }
    }
}
