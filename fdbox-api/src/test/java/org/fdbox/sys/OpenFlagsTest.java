package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Flags keep their meaning as names and come back as the same bits.
class OpenFlagsTest {

    private static final int SYNC = 04010000;
    private static final int LARGEFILE = 0100000;

    @Test
    void everyCombinationComesBack() {
        int[] status = {
            OpenFlags.APPEND, OpenFlags.NONBLOCK, OpenFlags.DSYNC, SYNC, OpenFlags.DIRECT, OpenFlags.NOATIME
        };
        for (int access : new int[]{OpenFlags.RDONLY, OpenFlags.WRONLY, OpenFlags.RDWR}) {
            for (int chosen = 0; chosen < 1 << status.length; chosen++) {
                int flags = access;
                for (int i = 0; i < status.length; i++) {
                    flags |= (chosen & 1 << i) != 0 ? status[i] : 0;
                }
                List<String> names = OpenFlags.names(flags);
                assertThat(OpenFlags.bits(names)).as("%s", names).isEqualTo(flags);
            }
        }
    }

    @Test
    void theAccessModeComesFirst() {
        assertThat(OpenFlags.names(OpenFlags.RDONLY)).containsExactly("rdonly");
        assertThat(OpenFlags.names(OpenFlags.WRONLY | OpenFlags.NONBLOCK)).containsExactly("wronly",
                "nonblock");
        assertThat(OpenFlags.names(OpenFlags.APPEND | OpenFlags.RDWR)).containsExactly("rdwr", "append");
    }

    /// Its bits include those of dsync.
    @Test
    void syncIsNamedOnce() {
        assertThat(OpenFlags.names(SYNC)).containsExactly("rdonly", "sync");
        assertThat(OpenFlags.names(OpenFlags.DSYNC)).containsExactly("rdonly", "dsync");
    }

    @Test
    void whatCannotBeSetAgainHasNoName() {
        assertThat(OpenFlags.names(OpenFlags.CLOEXEC | OpenFlags.NOFOLLOW | OpenFlags.ASYNC | LARGEFILE))
                .containsExactly("rdonly");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "RDWR", "cloexec", "creat", "trunc", "rdwr "})
    void anUnknownNameIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenFlags.bits(List.of("rdwr", name)))
                .withMessageContaining("\"" + name + "\"");
    }

    @Test
    void theBitsAreThoseOfThisKernel() {
        try (Pipe.Ends pipe = Pipe.create();
                OwnedFd opened = OpenFile.reopen(pipe.read(), OpenFlags.RDWR | OpenFlags.APPEND)) {
            assertThat(OpenFlags.names(new FdFacts(opened).flags())).containsExactly("rdwr", "append");
            OpenFile.setStatusFlags(opened, OpenFlags.NONBLOCK | OpenFlags.DIRECT);
            assertThat(OpenFlags.names(new FdFacts(opened).flags())).containsExactly("rdwr", "nonblock",
                    "direct");
        }
    }
}
