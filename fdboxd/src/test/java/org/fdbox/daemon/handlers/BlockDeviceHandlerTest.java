package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.SELF;

import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A disk lives only while it is held, and says why.
@ExtendWith(NothingLeaks.class)
class BlockDeviceHandlerTest {

    private final BlockDeviceHandler handler = new BlockDeviceHandler();

    @Test
    void livesOnlyWhileItIsHeld() {
        String path = Nodes.blockDevice();
        try (OwnedFd disk = OpenFile.open(path, OpenFlags.RDONLY | OpenFlags.NONBLOCK)) {
            assertThat(handler.recognises(new FdFacts(disk))).isTrue();
            Prospect prospect = handler.examine(disk, new FdFacts(disk), SELF);
            assertThat(prospect.survival()).isEqualTo(Survival.LIVE);
            assertThat(prospect.reason().orElseThrow()).contains("another disk");
            assertThat(handler.describe(disk)).containsEntry("path", path).containsEntry("position", 0L)
                    .extractingByKey("represents").asString().matches("\\d+:\\d+");
        }
    }
}
