package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Happening;
import org.junit.jupiter.api.Test;

/// The number with which another process goes on: what is told since the stream was emptied has one, and is told here.
class WatcherTest {

    private static final Optional<String> BOX = Optional.of("b");

    private final Watcher watcher = new Watcher(BOX, 5, _ -> () -> {});

    private void tell(int room) {
        watcher.tell(Happening.FREEZING, OptionalLong.empty(), room);
    }

    @Test
    void whatStillWaitsCountsAsNotTold() {
        assertThat(watcher.next()).isEqualTo(new Next.Watches(BOX, 5));
        tell(10);
        tell(10);
        assertThat(watcher.replies().suspend().items()).hasSize(2);
        assertThat(watcher.next()).isEqualTo(new Next.Watches(BOX, 7));
        tell(10);
        assertThat(watcher.next()).isEqualTo(new Next.Watches(BOX, 7));
    }

    @Test
    void allThatWasMissedHasOneNumber() {
        tell(0);
        tell(0);
        tell(0);
        assertThat(watcher.replies().suspend().items()).hasSize(1);
        assertThat(watcher.next()).isEqualTo(new Next.Watches(BOX, 6));
    }
}
