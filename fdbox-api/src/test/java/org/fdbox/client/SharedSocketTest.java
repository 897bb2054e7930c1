package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.NoLeak;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Handles, from the client's side.
@ExtendWith(NoLeak.class)
class SharedSocketTest {

    @Test
    void openingAsksForTheRightsAndBringsTheSocket() throws Exception {
        try (var peer = Peer.answering((me, _, _) -> {
            try (OwnedFd socket = EventFd.create(7, false, true)) {
                me.reply(new Reply.Opened(0), socket);
            }
        })) {
            Set<HandleRight> rights = EnumSet.of(HandleRight.LIST, HandleRight.TAKE);
            try (OwnedFd handle = peer.client().open("b", Optional.of(rights))) {
                assertThat(handle.isOpen()).isTrue();
            }
            assertThat(peer.requests()).containsExactly(new Request.OpenBox("b", Optional.of(rights)));
        }
    }

    @Test
    void aReplyWithoutItsSocketLosesTheConnection() throws Exception {
        try (var peer = Peer.answering((me, _, _) -> me.reply(new Reply.Opened(0)))) {
            assertThatThrownBy(() -> peer.client().open("b", Optional.empty()))
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void closingOneThatSharesLeavesTheConnectionToTheOthers() {
        try (UnixSocket.Pair pair = UnixSocket.pair(); OwnedFd other = pair.one().dup()) {
            FdBoxClient.sharing(pair.one()).close();
            assertThat(isOpen(other)).isTrue();
            FdBoxClient.over(other.dup()).close();
            assertThat(isOpen(other)).isFalse();
        }
    }

    private static boolean isOpen(OwnedFd socket) {
        try (var courier = Courier.nonBlocking()) {
            return courier.send(socket, new byte[]{0}, 0, List.of()) == 1;
        } catch (SystemCallException ended) {
            return false;
        }
    }
}
