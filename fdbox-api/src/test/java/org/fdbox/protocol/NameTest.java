package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which names boxes and entries may have.
class NameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", " ", "...", ".a", "a.", "-", "a:b", "a\\b", "日本", "e\u0301", "é",
        "\ud83c\udf89", "%n",
        "\u00a0", "\u202e", "\ufeff", "\ufffd", "*", "~"})
    void isAName(String name) throws Exception {
        assertThat(Name.check(name)).isSameAs(name);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "null", value = {
        "'', it is empty",
        "., it would mean a folder",
        ".., it would mean a folder",
        "/, it has a '/' or a '='",
        "a/b, it has a '/' or a '='",
        "a=, it has a '/' or a '='",
    })
    void isNone(String name, String reason) {
        assertRefused(name, name, reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, '\t', '\n', '\r', 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f})
    void controlCharactersAreRefusedAndNotEchoed(int control) {
        assertRefused("a" + (char) control + "b", "a?b", "it has a control character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "\udc00", "a\ud83c", "\udf89\ud83c", "\ud83cb"})
    void halfACharacterIsRefusedAndNotEchoed(String name) {
        assertRefused(name, name.replaceAll("[\\ud800-\\udfff]", "?"), "it is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"a, 255", "é, 127", "日, 85", "\ud83c\udf89, 63"})
    void mayHave255BytesOfUtf8(String letter, int most) throws Exception {
        String longest = letter.repeat(most);
        assertThat(Name.check(longest)).isEqualTo(longest);
        assertThatExceptionOfType(Refused.InvalidName.class)
                .isThrownBy(() -> Name.check(letter.repeat(most + 1)))
                .withMessageEndingWith(" bytes, and 255 are allowed");
    }

    @Test
    void saysHowLongATooLongNameIsAndShowsItsBeginning() {
        assertRefused("é".repeat(128), "é".repeat(64) + "…", "it has 256 bytes, and 255 are allowed");
        assertRefused("é".repeat(300), "é".repeat(64) + "…", "it has 600 bytes, and 255 are allowed");
    }

    @Test
    void doesNotCutACharacterInHalfToShowIt() {
        String name = "a".repeat(63) + "\ud83c\udf89".repeat(60);
        assertRefused(name, "a".repeat(63) + "…", "it has 303 bytes, and 255 are allowed");
    }

    /// Nothing is normalised: these are two names.
    @Test
    void writesOfOneLetterAreTwoNames() throws Exception {
        assertThat(Name.check("e\u0301")).isNotEqualTo(Name.check("é"));
    }

    private static void assertRefused(String name, String shown, String reason) {
        assertThatExceptionOfType(Refused.InvalidName.class)
                .isThrownBy(() -> Name.check(name))
                .satisfies(refused -> assertThat(refused.parameters())
                        .containsEntry("name", shown)
                        .containsEntry("reason", reason));
    }
}
