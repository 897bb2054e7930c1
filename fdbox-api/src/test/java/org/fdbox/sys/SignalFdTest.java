package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A mask is told as it was given.
@ExtendWith(NoLeak.class)
class SignalFdTest {

    private static final int SIGKILL = 9;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1L << 33, Long.MIN_VALUE})
    void signalsAreToldAsTheyWereGiven(long mask) {
        try (OwnedFd signals = SignalFd.create(mask)) {
            assertThat(SignalFd.mask(signals)).isEqualTo(mask);
        }
    }

    @Test
    void whatNobodyCanCatchIsLeftOut() {
        try (OwnedFd signals = SignalFd.create(1L << SIGKILL - 1 | 1)) {
            assertThat(SignalFd.mask(signals)).isOne();
        }
    }

    @Test
    void whatIsNoneHasNoSignals() {
        try (OwnedFd memfd = Memfd.create("x")) {
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> SignalFd.mask(memfd));
        }
    }
}
