package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;

/// Replies that wait for their connection, in order and within bounds.
class ReplyStreamTest {

    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger woken = new AtomicInteger();
    private final ReplyStream replies = new ReplyStream(2, ended::incrementAndGet);

    private static Reply reply(int number) {
        return new Reply.Released(number);
    }

    private boolean push(int number) {
        return replies.push(reply(number), Optional.empty());
    }

    /// Notes what became of it.
    private record Noted(List<String> fates) implements Parcel {
        @Override
        public List<OwnedFd> descriptors() {
            return List.of();
        }

        @Override
        public void sent() {
            fates.add("sent");
        }

        @Override
        public void failed() {
            fates.add("failed");
        }
    }

    @Test
    void inOrderAndNoMoreThanThereIsRoomFor() {
        assertThat(push(1)).isTrue();
        assertThat(push(2)).isTrue();
        assertThat(push(3)).isFalse();
        assertThat(replies.poll().reply()).isEqualTo(reply(1));
        assertThat(push(4)).isTrue();
        assertThat(replies.poll().reply()).isEqualTo(reply(2));
        assertThat(replies.poll().reply()).isEqualTo(reply(4));
    }

    @Test
    void whoWaitsIsWokenOnce() {
        replies.whenReady(woken::incrementAndGet);
        assertThat(woken).hasValue(0);
        push(1);
        push(2);
        assertThat(woken).hasValue(1);
        replies.poll();
        replies.whenReady(woken::incrementAndGet);
        assertThat(woken).hasValue(2);
    }

    @Test
    void afterItsEndNothingGoesAnywhere() {
        var fates = new ArrayList<String>();
        replies.push(reply(1), Optional.of(new Noted(fates)));
        replies.end();
        replies.end();
        assertThat(fates).containsExactly("failed");
        assertThat(ended).hasValue(1);
        assertThat(replies.push(reply(2), Optional.of(new Noted(fates)))).isFalse();
        assertThat(fates).hasSize(1);
    }
}
