package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The daemon does not hold itself.
@ExtendWith(NothingLeaks.class)
class OwnPidfdTest {

    @Test
    void isRefusedAndAnotherProcessIsNot(@TempDir Path folder) throws Exception {
        ProcessHandle own = ProcessHandle.current();
        try (var desk = new Desk(folder, HandlerRegistry.handlersOnClassPath().toArray(FdHandler[]::new));
                OwnedFd self = Pidfd.open((int) own.pid(), false);
                OwnedFd parent = Pidfd.open((int) own.parent().orElseThrow().pid(), false)) {
            desk.box("b");
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "self", 0, false), self))
                    .isInstanceOf(Refused.UnsupportedFd.class)
                    .hasMessageContaining("the daemon itself");
            desk.call(ROOT, new Request.Put("b", "parent", 0, false), parent);
            assertThat(desk.names("b")).containsExactly("parent");
        }
    }
}
