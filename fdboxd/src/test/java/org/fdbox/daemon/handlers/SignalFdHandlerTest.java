package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SignalFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A signalfd comes back with its signals, the first and the last of them too.
@ExtendWith(NothingLeaks.class)
class SignalFdHandlerTest {

    private final SignalFdHandler handler = new SignalFdHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 04000", "200, 0", "8000000000000200, 04000", "8000000000000000, 0"})
    void withItsSignals(String mask, String flags) throws Exception {
        try (OwnedFd fd = SignalFd.create(Long.parseUnsignedLong(mask, 16))) {
            OpenFile.setStatusFlags(fd, Integer.parseInt(flags, 8));
            Saved saved = restoring.preserve(handler, fd);
            assertThat((String) saved.properties().get("mask")).endsWith(mask);
            try (OwnedFd back = restoring.restore(handler, saved)) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(fd));
                assertThat(((List<?>) handler.describe(back).get("flags")).contains("nonblock"))
                        .isEqualTo(Integer.parseInt(flags, 8) == OpenFlags.NONBLOCK);
            }
        }
    }

    @Test
    void signalsThatCannotBeAreRefused() throws Exception {
        try (OwnedFd fd = SignalFd.create(1)) {
            Saved saved = restoring.preserve(handler, fd);
            for (Saved bad : List.of(
                    saved.with("mask", "x"), saved.with("mask", "10000000000000000"), saved.with("mask", 1L),
                    saved.with("flags", List.of("strange")), saved.without("mask"), saved.without("flags"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad)).isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
