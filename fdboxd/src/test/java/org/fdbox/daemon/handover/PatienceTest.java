package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What never answers is waited for once, and for so long; what comes after that is closed.
@ExtendWith(NothingLeaks.class)
class PatienceTest {

    private static final Duration NONE = Duration.ofMillis(1);
    /// Enough for whoever answers.
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final Duration ENDLESS = Duration.ofDays(1);

    private final FakeHandler red = new FakeHandler("red");
    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    /// One whose server is gone, until it answers.
    private void hang() {
        red.mayBlock = true;
        red.onRestore = () -> {
            asked.incrementAndGet();
            awaitAnswer();
        };
    }

    private void awaitAnswer() {
        try {
            answers.await();
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    private static final class Of implements EntryRestoration {
        private final PeerCredentials putter;
        private final Runnable reading;

        Of(PeerCredentials putter, Runnable reading) {
            this.putter = putter;
            this.reading = reading;
        }

        @Override
        public PeerCredentials putter() {
            return putter;
        }

        @Override
        public SavedContents payload() {
            return new SavedContents() {
                @Override
                public long size() {
                    return 1;
                }

                @Override
                public void into(OwnedFd writable, LongConsumer copied) {
                    throw new AssertionError("not asked for");
                }

                @Override
                public byte[] bytes(int most) {
                    reading.run();
                    return new byte[]{'x'};
                }
            };
        }

        @Override
        public Optional<OwnedFd> sameInode() {
            return Optional.empty();
        }

        @Override
        public void madeInode(OwnedFd fd) {}

        @Override
        public void leave(String key, OwnedFd fd) {
            fd.close();
        }

        @Override
        public Optional<OwnedFd> claim(String key) {
            return Optional.empty();
        }
    }

    private static Patience patience(Duration first, Duration later, Duration contents, Duration inAll) {
        var limits = new Patience.Limits(first, later, contents, inAll, ENDLESS, "try again");
        return new Patience(limits, limits);
    }

    private OwnedFd restore(Patience patience, PeerCredentials putter) throws HandlerRefusal {
        return restore(patience, new Of(putter, () -> {}));
    }

    private OwnedFd restore(Patience patience, EntryRestoration restoration) throws HandlerRefusal {
        var remake = new Remake(new HandlerRegistry(List.of(red), Set.of()), patience);
        return switch (remake.of("b", Map.of("compatible", red.compatible()), restoration)) {
            case Content.Held(var fd, _) -> fd;
            case Content.Pending(_, var reason, _) -> throw new HandlerRefusal(reason);
        };
    }

    @Test
    void whatAnswersIsBack() throws Exception {
        red.mayBlock = true;
        try (OwnedFd back = restore(patience(ENDLESS, ENDLESS, ENDLESS, ENDLESS), ALICE)) {
            assertThat(Fds.text(back)).isEqualTo("x");
        }
    }

    @Test
    void whatItsHandlerRefusesIsRefusedAsEver() {
        red.mayBlock = true;
        red.onRestore = FakeHandler.refusing("no");
        assertThatThrownBy(() -> restore(patience(ENDLESS, ENDLESS, ENDLESS, ENDLESS), ALICE))
                .isInstanceOf(HandlerRefusal.class).hasMessage("no");
        red.onRestore = FakeHandler.failing("fault");
        assertThatThrownBy(() -> restore(patience(ENDLESS, ENDLESS, ENDLESS, ENDLESS), ALICE))
                .isInstanceOf(HandlerRefusal.class).hasMessage("fault");
    }

    @Test
    void itsPuttersOthersAreTriedForAWhile() throws Exception {
        hang();
        var patience = patience(NONE, ENDLESS, ENDLESS, ENDLESS);
        assertThatThrownBy(() -> restore(patience, ALICE)).isInstanceOf(HandlerRefusal.class);
        red.onRestore = FakeHandler.FINE;
        restore(patience, ALICE).close();
        answers.countDown();
    }

    @Test
    void itsPuttersOthersAreNotTriedAndThoseOfOthersAre() throws Exception {
        hang();
        var patience = patience(LONG, ENDLESS, ENDLESS, LONG);
        assertThatThrownBy(() -> restore(patience, ALICE)).isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("did not answer within");
        Await.until("it was asked", () -> asked.get() == 1);
        assertThatThrownBy(() -> restore(patience, ALICE)).isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("not tried");
        assertThat(asked).hasValue(1);
        red.onRestore = FakeHandler.FINE;
        restore(patience, BOB).close();
        answers.countDown();
    }

    @Test
    void whatCannotBlockIsAskedOnThisThread() throws Exception {
        var thread = new Thread[1];
        red.onRestore = () -> thread[0] = Thread.currentThread();
        restore(patience(NONE, NONE, NONE, NONE), ALICE).close();
        assertThat(thread[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void whatGetsStuckInItsContentsIsNot() {
        red.mayBlock = true;
        assertThatThrownBy(
                () -> restore(patience(ENDLESS, NONE, NONE, ENDLESS), new Of(ALICE, this::awaitAnswer)))
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageStartingWith("no more of its contents came within")
                .hasMessageEndingWith("try again");
        answers.countDown();
    }

    @Test
    void oneUsersSilenceShortensNobodyElsesTime() {
        var patience = patience(LONG, NONE, ENDLESS, ENDLESS);
        patience.account(1, true).inVain(LONG);
        assertThat(patience.account(1, true).answer()).isEqualTo(NONE);
        assertThat(patience.account(2, true).answer()).isEqualTo(LONG);
        assertThat(patience.account(1, false).answer()).isEqualTo(LONG);
        patience.account(1, true).inVain(ENDLESS);
        patience.account(3, true).inVain(ENDLESS);
        assertThat(patience.account(2, true).answer()).as("once much was waited in vain").isEqualTo(NONE);
    }

    /// Ten minutes, and what contents take.
    @Test
    void whoeverAnswersSlowlyEachTimeComesToAnEnd() {
        Patience.Account account = Patience.ofSave().account(1, true);
        account.spend(Duration.ofSeconds(599).toNanos(), 0);
        assertThat(account.isSpent()).isFalse();
        account.spend(Duration.ofSeconds(2).toNanos(), 0);
        assertThat(account.isSpent()).isTrue();
        account.spend(Duration.ofHours(1).toNanos(), 360_000_000L + 200_000);
        assertThat(account.isSpent()).isFalse();
    }
}
