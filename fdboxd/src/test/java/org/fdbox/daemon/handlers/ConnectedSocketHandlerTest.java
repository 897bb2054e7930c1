package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.SELF;

import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A connection lives only while it is held, and says so.
@ExtendWith(NothingLeaks.class)
class ConnectedSocketHandlerTest {

    private final ConnectedSocketHandler handler = new ConnectedSocketHandler();

    @Test
    void saysThatItEndsWithItsHolder() {
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            var prospect = handler.examine(pair.one(), new FdFacts(pair.one()), SELF);
            assertThat(prospect.survival()).isEqualTo(Survival.LIVE).isEqualTo(handler.survival());
            assertThat(prospect.reason()).isPresent();
            assertThat(handler).isNotInstanceOf(PreservingHandler.class);
            assertThat(handler.describe(pair.one())).containsEntry("domain", "unix").containsEntry("type",
                    "stream");
        }
    }
}
