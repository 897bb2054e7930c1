package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// JSON at its limits.
class JsonTest {

    private static Map<String, Object> read(String text) throws Malformed {
        return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String written(Object value) {
        return new String(Json.write(Map.of("v", value)), StandardCharsets.UTF_8);
    }

    @Test
    void keepsValuesAndTheirOrder() throws Exception {
        Map<String, Object> object = read("""
                 {"z":null,"a":[1,-0,true,false,"x",{},[]],"m":{"k":"\\u00e9\\ud83c\\udf89\\n"}}
                """);
        assertThat(object.keySet()).containsExactly("z", "a", "m");
        assertThat(object.get("z")).isNull();
        assertThat(object.get("a")).isEqualTo(Arrays.asList(1L, 0L, true, false, "x", Map.of(), List.of()));
        assertThat(object.get("m")).isEqualTo(Map.of("k", "é\ud83c\udf89\n"));
    }

    @Test
    void numbersOfAnySizeAreKept() throws Exception {
        Map<String, Object> object = read("""
                {"most":9223372036854775807,"more":9223372036854775808,"least":-9223372036854775808,"part":1.50,
                "tiny":1e-400,"hundred":%s}""".formatted("7".repeat(100)));
        assertThat(object).containsEntry("most", Long.MAX_VALUE)
                .containsEntry("more", new BigInteger("9223372036854775808"))
                .containsEntry("least", Long.MIN_VALUE)
                .containsEntry("part", new BigDecimal("1.50"))
                .containsEntry("tiny", new BigDecimal("1e-400"))
                .containsEntry("hundred", new BigInteger("7".repeat(100)));
        assertThat(Json.readObject(Json.write(object))).isEqualTo(object);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e-99999999999", "NaN", "Infinity", "+1", "01", "0x10", ".5",
        "5.", "1e"})
    void whatIsNoNumberIsRefused(String number) {
        assertMalformed("{\"v\":" + number + "}");
    }

    @Test
    void aNumberOfMoreThan100DigitsIsRefused() {
        assertMalformed("{\"v\":" + "7".repeat(101) + "}");
    }

    /// A short text must not become a long number.
    @Test
    void anExponentCostsNothing() throws Exception {
        Map<String, Object> object = read("{\"v\":1e999999999}");
        assertThat(Json.write(object)).hasSizeLessThan(100);
        assertThat(Json.readObject(Json.write(object))).isEqualTo(object);
    }

    /// What is kept for somebody else is written so that it can be read, and read so that it is what it was.
    @ParameterizedTest
    @ValueSource(strings = {"1e0", "10e-1", "1.0e1", "-0e0", "0.0", "1.50", "1e2147483647", "1e-2147483647",
        "0.0000001"})
    void aDecimalStaysWhatItWas(String number) throws Exception {
        assertThat(writtenAndRead(number)).isEqualTo(new BigDecimal(number));
    }

    /// Each as long as a number may be.
    @Test
    void aDecimalIsNotWrittenLongerThanItWasRead() throws Exception {
        for (String number : List.of(
                "7".repeat(96) + "e-99", "7".repeat(94) + "e12345", "0." + "7".repeat(98),
                "7".repeat(97) + ".77",
                "7." + "7".repeat(94) + "e-99", "7".repeat(98) + "e0", "0.000000" + "7".repeat(92))) {
            assertThat(number).hasSize(100);
            assertThat(writtenAndRead(number)).isEqualTo(new BigDecimal(number));
        }
    }

    private static Object writtenAndRead(String number) throws Malformed {
        return Json.readObject(Json.write(read("{\"v\":" + number + "}"))).get("v");
    }

    @Test
    void nests64DeepAndNoDeeper() throws Exception {
        assertThat(read(nested(64, "{\"v\":", "}"))).hasSize(1);
        assertMalformed(nested(65, "{\"v\":", "}"));
        assertThat(read("{\"v\":" + nested(63, "[", "]") + "}")).hasSize(1);
        assertMalformed("{\"v\":" + nested(64, "[", "]") + "}");
        assertMalformed(nested(100_000, "{\"v\":", "}"));
        assertMalformed("{\"v\":" + "[".repeat(500_000));
    }

    private static String nested(int depth, String open, String close) {
        return open.repeat(depth) + (open.equals("[") ? "" : "1") + close.repeat(depth);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "{", "}", "[]", "[{}]", "1", "\"x\"", "null", "true", "{}}", "{}{}", "{} x", "{}\u0000",
        "{} 1", "\ufeff{}",
        "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":tru}", "{\"a\":\"x}", "{\"a\":\"\n\"}", "{\"a\":\"\u0000\"}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"\\ud800\":1}", "{\"a\":1/*no*/}", "{}//no", "{\"a\":undefined}",
    })
    void whatIsNoObjectIsRefused(String text) {
        assertMalformed(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\":1,\"a\":1}", "{\"o\":{\"a\":1,\"b\":2,\"a\":null}}", "{\"a\":1,\"\\u0061\":2}",
                "{\"l\":[{\"a\":1,\"a\":2}]}"})
    void aNameThatStandsTwiceIsRefused(String text) {
        assertMalformed(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ff", "c3", "c328", "80", "c0af", "e080af", "f08080af", "eda080", "edb080", "f4908080", "f8888080",
    })
    void bytesThatAreNoUtf8AreRefused(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] start = "{\"v\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] message = Arrays.copyOf(start, start.length + bad.length + 2);
        System.arraycopy(bad, 0, message, start.length, bad.length);
        message[message.length - 2] = '"';
        message[message.length - 1] = '}';
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Json.readObject(message))
                .withMessage("not UTF-8");
    }

    /// Jackson alone would guess.
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreRefused(String charset) throws Exception {
        byte[] message = "{\"v\":1}".getBytes(charset);
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Json.readObject(message));
    }

    /// Such a text cannot be UTF-8, but JSON has an escape for it; whoever sent it gets it back in an error.
    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00b", "\udc00\ud800", "\ud83c\udf89\ud83c\"\\\n\u0001日"})
    void halfACharacterIsWrittenAsAnEscape(String text) throws Exception {
        assertThat(Json.readObject(Json.write(Map.of("v", text)))).isEqualTo(Map.of("v", text));
    }

    @Test
    void writesUtf8WithoutEscapesWhereItCan() {
        assertThat(written("日本 \ud83c\udf89 é / \u2028")).isEqualTo("{\"v\":\"日本 \ud83c\udf89 é / \u2028\"}");
        assertThat(written("\"\\\n\u0000")).isEqualTo("{\"v\":\"\\\"\\\\\\n\\u0000\"}");
        assertThat(written(7)).isEqualTo("{\"v\":7}");
    }

    @Test
    void writesNoOtherValues() {
        assertThatIllegalArgumentException().isThrownBy(() -> written(1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> written('x'));
    }

    @Test
    void aLongTextIsNoProblem() throws Exception {
        String text = "x".repeat(1 << 20);
        assertThat(read("{\"v\":\"" + text + "\"}")).containsEntry("v", text);
        var large = new LinkedHashMap<String, Object>();
        for (int i = 0; i < 20_000; i++) {
            large.put("key" + i, (long) i);
        }
        assertThat(Json.readObject(Json.write(large))).isEqualTo(large);
    }

    private static void assertMalformed(String text) {
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> read(text))
                .satisfies(
                        malformed -> assertThat(malformed.getMessage()).isNotBlank().hasSizeLessThan(1000));
    }
}
