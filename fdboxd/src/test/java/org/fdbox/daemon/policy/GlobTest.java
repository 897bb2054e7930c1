package org.fdbox.daemon.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which names a pattern means.
class GlobTest {

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "vm-*, vm-, true", "vm-*, vm-1, true", "vm-*, vm, false", "vm-*, avm-1, false", "*, anything, true",
        "?, x, true", "?, xy, false", "?, 😀, true", "a*b*c, a1b2b3c, true", "a*b*c, a1c2b, false",
        "*.sock, x.sock, true", "x.sock, xxsock, false", "[ab], a, false", "[ab], [ab], true",
        "**, x, true", "a*, b, false", "ö*, öl, true"
    })
    void starsAndQuestionMarks(String pattern, String name, boolean matches) {
        assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void theEmptyPatternMeansNoName() {
        assertThat(new Glob("").matches("a")).isFalse();
    }

    /// One is a letter with its accent, the other a letter and an accent.
    @Test
    void namesThatDifferInNormalisationAreDifferent() {
        assertThat(new Glob("caf\u00e9").matches("caf\u00e9")).isTrue();
        assertThat(new Glob("caf\u00e9").matches("cafe\u0301")).isFalse();
    }

    @Test
    void manyStarsTakeNoLongerThanTheyMust() {
        assertThat(new Glob("*a".repeat(100) + "*b").matches("a".repeat(255))).isFalse();
    }
}
