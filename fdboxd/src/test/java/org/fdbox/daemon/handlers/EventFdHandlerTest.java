package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An eventfd comes back with its counter, as a semaphore or not, and is not disturbed by being saved.
@ExtendWith(NothingLeaks.class)
class EventFdHandlerTest {

    private final EventFdHandler handler = new EventFdHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    @ParameterizedTest(name = "count {0}, semaphore {1}, nonblock {2}")
    @CsvSource({
        "0, false, true", "7, false, false", "7, true, true", "9223372036854775807, false, true",
        "9223372036854775808, false, true", "9223372036854775808, true, false",
        "18446744073709551614, false, true",
        "18446744073709551614, true, true", "16, false, true"
    })
    void withItsCounter(String count, boolean semaphore, boolean nonblock) throws Exception {
        long counter = Long.parseUnsignedLong(count);
        try (OwnedFd fd = EventFd.create(counter, semaphore, nonblock)) {
            Saved saved = restoring.preserve(handler, fd);
            assertThat(saved.properties()).containsEntry("count", count);
            try (OwnedFd back = restoring.restore(handler, saved)) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(fd));
                assertThat(OpenFlags.names(new FdFacts(back).flags()).contains("nonblock"))
                        .isEqualTo(nonblock);
                if (counter != 0) {
                    assertThat(EventFd.read(back)).isEqualTo(semaphore ? 1 : counter);
                    assertThat(EventFd.read(fd)).isEqualTo(semaphore ? 1 : counter);
                }
            }
        }
    }

    @Test
    void countersThatCannotBeAreRefused() throws Exception {
        try (OwnedFd fd = EventFd.create(1, false, true)) {
            Saved saved = restoring.preserve(handler, fd);
            for (Saved bad : List.of(
                    saved.with("count", "18446744073709551615"), saved.with("count", "-1"),
                    saved.with("count", "x"),
                    saved.with("count", 1L), saved.with("semaphore", "no"),
                    saved.with("flags", List.of("strange")),
                    saved.without("count"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad))
                        .as(bad.properties().toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
