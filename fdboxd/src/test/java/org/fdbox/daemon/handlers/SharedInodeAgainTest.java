package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.BOB;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A second opening of an inode whose mode allows it no more, as one that was opened before it had that mode.
@ExtendWith(NothingLeaks.class)
class SharedInodeAgainTest {

    private record Sharing(OwnedFd inode) implements Restoration {
        @Override
        public PeerCredentials putter() {
            return BOB;
        }

        @Override
        public PayloadReader payload() {
            throw new AssertionError("it is there already");
        }

        @Override
        public Optional<OwnedFd> sameInode() {
            return Optional.of(inode.dup());
        }

        @Override
        public void madeInode(OwnedFd fd) {}

        @Override
        public void leave(String key, OwnedFd fd) {}

        @Override
        public Optional<OwnedFd> claim(String key) {
            return Optional.empty();
        }
    }

    private static OwnedFd again(OwnedFd memfd) throws Exception {
        var properties = new Properties(Map.of("flags", List.of("rdwr"), "position", 0L));
        return SharedInode.again(properties, new Sharing(memfd)).orElseThrow();
    }

    @Test
    void isMadeAndTheModeStays() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "root may open everything, and only root can be somebody else");
        FileIdentity.as(BOB.uid(), BOB.gid(), BOB.groups(), () -> {
            try (OwnedFd memfd = Memfd.create("x")) {
                OpenFile.chmod(memfd, 0400);
                try (OwnedFd opened = again(memfd)) {
                    assertThat(new FdFacts(opened).flags() & OpenFlags.ACCESS_MODE).isEqualTo(OpenFlags.RDWR);
                }
                assertThat(Stat.of(memfd).permissions()).isEqualTo(0400);
            }
            return null;
        });
    }
}
