package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Whose eyes can be borrowed: never those of everybody who has no number here.
class FileIdentityTest {

    private static final int NOBODY = 65534;

    @Test
    void nobodyInParticularIsNobody() {
        assertThat(FileIdentity.canAssume(ThisProcess.uid())).isTrue();
        assertThat(FileIdentity.canAssume(NOBODY)).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> FileIdentity.as(NOBODY, 1234, Set.of(), () -> "done"));
    }

    @Test
    void norIsAGroup() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can be somebody else");
        assertThatIllegalStateException()
                .isThrownBy(() -> FileIdentity.as(1234, NOBODY, Set.of(), () -> "done"));
        String groups = FileIdentity.as(1234, 1234, Set.of(NOBODY, 4321),
                () -> Files.readString(Path.of("/proc/thread-self/status")));
        assertThat(groups).contains("Groups:\t4321 \n");
    }
}
