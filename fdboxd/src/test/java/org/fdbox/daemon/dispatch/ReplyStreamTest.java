package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.succession.Next;
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

    @Test
    void whatWaitsIsTakenOutAndWhatComesWaits() {
        push(1);
        replies.whenReady(woken::incrementAndGet);
        replies.poll();
        replies.whenReady(woken::incrementAndGet);
        push(2);
        push(3);
        ReplyStream.Rest rest = replies.suspend();
        assertThat(rest.items()).extracting(ReplyStream.Item::reply).containsExactly(reply(2), reply(3));
        assertThat(rest.next()).isEqualTo(new Next.Ends());
        assertThat(push(4)).isTrue();
        assertThat(woken).hasValue(2);
        replies.resume();
        replies.whenReady(woken::incrementAndGet);
        assertThat(woken).hasValue(3);
        assertThat(replies.poll().reply()).isEqualTo(reply(4));
    }

    @Test
    void whereItComesFromIsAskedInThisOrder() {
        var calls = new ArrayList<String>();
        var stream = new ReplyStream(2, new ReplyStream.Source() {
            @Override
            public void ended() {
                calls.add("ended");
            }

            @Override
            public void pause() {
                calls.add("pause");
            }

            @Override
            public void resume() {
                calls.add("resume");
            }

            @Override
            public Next next() {
                calls.add("next");
                return new Next.Reads();
            }
        });
        assertThat(stream.suspend().next()).isEqualTo(new Next.Reads());
        stream.resume();
        stream.end();
        assertThat(calls).containsExactly("pause", "next", "resume", "ended");
    }
}
