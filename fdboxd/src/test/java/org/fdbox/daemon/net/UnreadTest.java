package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Courier;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How many descriptors a user has not read yet is known from what the kernel still has in its queue.
@ExtendWith(NothingLeaks.class)
class UnreadTest {

    private static final int USER = 1000;
    private static final int OTHER = 1001;
    private static final int MOST = 253;

    private final Unread unread = new Unread(64);
    private Courier courier;
    private UnixSocket.Pair pair;
    private UnixSocket.Pair second;
    private OwnedFd memory;
    private FrameReader reader;

    @BeforeEach
    void open() {
        courier = Courier.nonBlocking();
        pair = UnixSocket.pair();
        second = UnixSocket.pair();
        memory = Memfd.create("sent");
        reader = new FrameReader(1 << 20);
    }

    @AfterEach
    void close() {
        List.of(pair, second).forEach(UnixSocket.Pair::close);
        reader.close();
        memory.close();
        courier.close();
    }

    private void send(UnixSocket.Pair to, Unread.Ledger ledger, int descriptors) {
        int bytes = courier.send(to.one(), new byte[100], 0, Collections.nCopies(descriptors, memory));
        ledger.sent(descriptors, bytes);
    }

    private void receive(UnixSocket.Pair from) throws Exception {
        courier.receive(from.other(), reader);
        reader.drain().forEach(OwnedFd::close);
    }

    @Test
    void aUserHasSoManyOnAllConnections() throws Exception {
        Unread.Ledger one = unread.ledger(USER, pair.one());
        Unread.Ledger two = unread.ledger(USER, second.one());
        send(pair, one, MOST - 3);
        send(second, two, 2);
        assertThat(unread.hasRoom(two, 1)).isTrue();
        assertThat(unread.hasRoom(two, 2)).isFalse();
        assertThat(unread.hasRoom(two, 0)).isTrue();
        assertThat(unread.hasRoom(unread.ledger(OTHER, second.one()), MOST)).isTrue();
        receive(second);
        assertThat(unread.hasRoom(two, 3)).isTrue();
        assertThat(unread.isUnread(two)).isFalse();
        assertThat(unread.isUnread(one)).isTrue();
    }

    /// Another loop asks, while this connection is idle.
    @Test
    void whatIsReadElsewhereMakesRoom() throws Exception {
        Unread.Ledger one = unread.ledger(USER, pair.one());
        send(pair, one, MOST);
        receive(pair);
        assertThat(unread.hasRoom(unread.ledger(USER, second.one()), MOST)).isTrue();
    }

    @Test
    void whoReadsAllTheTimeIsNeverFarBehind() throws Exception {
        Unread.Ledger one = unread.ledger(USER, pair.one());
        send(pair, one, 1);
        for (int i = 0; i < 10 * MOST; i++) {
            assertThat(unread.hasRoom(one, 1)).as("reply %d", i).isTrue();
            send(pair, one, 1);
            receive(pair);
        }
    }

    @Test
    void theEndOfAConnectionIsTheEndOfWhatItOwes() {
        Unread.Ledger one = unread.ledger(USER, pair.one());
        send(pair, one, MOST);
        assertThat(unread.hasRoom(one, 1)).isFalse();
        unread.end(one);
        assertThat(unread.hasRoom(one, MOST)).isTrue();
        assertThat(unread.isUnread(one)).isFalse();
    }

    @Test
    void aPeerThatIsGoneOwesNothing() {
        Unread.Ledger one = unread.ledger(USER, pair.one());
        send(pair, one, MOST);
        pair.other().close();
        assertThat(unread.isUnread(one)).isFalse();
    }
}
