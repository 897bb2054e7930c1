package org.fdbox.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private static final long MIB = 1 << 20;

    @Test
    void tellsPartRateAndTimeLeft() {
        assertThat(ProgressBar.line("saving", 25 * MIB, 100 * MIB, 5))
                .isEqualTo(
                        "saving [======>                 ]  25%  25.0 MiB of 100.0 MiB  5.0 MiB/s  15 s left");
    }

    @Test
    void isFullAtTheEnd() {
        assertThat(ProgressBar.line("saving", MIB, MIB, 2))
                .isEqualTo("saving [========================] 100%  1.0 MiB of 1.0 MiB  512.0 KiB/s");
    }

    @Test
    void guessesNothingAtTheStart() {
        assertThat(ProgressBar.line("saving", 0, 0, 0)).isEqualTo("saving ...");
        assertThat(ProgressBar.line("saving", 0, MIB, 0))
                .isEqualTo("saving [>                       ]   0%  0 B of 1.0 MiB");
    }

    @Test
    void survivesATotalThatWasTooLow() {
        assertThat(ProgressBar.line("saving", 2 * MIB, MIB, 1)).contains("100%").doesNotContain("left");
    }

    @Test
    void fitsAnOrdinaryTerminal() {
        assertThat(ProgressBar.line("saving", 1000 * MIB, 1020 * MIB, 3000).length()).isLessThan(100);
    }

    @Test
    void drawsOverItselfOnATerminal() {
        var captured = new Captured(true);
        var now = new AtomicLong();
        var bar = new ProgressBar(captured.console(), "saving", now::get);
        now.set(1_000_000_000);
        bar.show(MIB, 2 * MIB);
        bar.clear();
        assertThat(captured.errors()).startsWith("\r\u001b[Ksaving [").contains("1.0 MiB/s  1 s left")
                .endsWith("\r\u001b[K");
        assertThat(bar.seconds()).isEqualTo(1);
        assertThat(captured.out()).isEmpty();
    }

    @Test
    void isSilentElsewhere() {
        var captured = new Captured(false);
        var bar = new ProgressBar(captured.console(), "saving", System::nanoTime);
        bar.show(1, 2);
        bar.clear();
        assertThat(captured.errors()).isEmpty();
    }
}
