package org.fdbox.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1536, 1.5 KiB", "4194304, 4.0 MiB", "1073741824, 1.0 GiB",
        "9223372036854775807, 8.0 EiB"
    })
    void bytes(long count, String text) {
        assertThat(Quantity.bytes(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "59, 59s", "60, 1m", "3599, 59m", "7200, 2h", "86399, 23h", "86400, 1d",
        "864000, 10d"})
    void age(long seconds, String text) {
        assertThat(Quantity.age(1_000, 1_000 + seconds * 1_000_000)).isEqualTo(text);
    }

    @Test
    void aClockThatWasSetBackGivesNoNegativeAge() {
        assertThat(Quantity.age(5_000_000, 1_000_000)).isEqualTo("0s");
    }

    @ParameterizedTest
    @CsvSource({"0.0004, 0 ms", "0.25, 250 ms", "3.21, 3.2 s", "59.4, 59 s", "80, 1 min 20 s",
        "7500, 2 h 5 min"})
    void duration(double seconds, String text) {
        assertThat(Quantity.duration(seconds)).isEqualTo(text);
    }

    @Test
    void countsWithNouns() {
        assertThat(Quantity.count(1, "entry", "entries")).isEqualTo("1 entry");
        assertThat(Quantity.count(0, "entry", "entries")).isEqualTo("0 entries");
    }
}
