package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client may send: each fault is named.
class CallShapeTest {

    static final List<Request> REQUESTS = Samples.requests();

    private static final List<Object> VALUES =
            List.of("\u2603", true, 1.5, 1L << 40, BigInteger.TWO.pow(70), List.of(1L), Map.of("x", 1L));

    private static Call decode(String text) throws Malformed, Refused {
        return Codec.decodeCall(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Call decode(Method method, Map<String, Object> parameters) throws Malformed, Refused {
        return Codec.decodeCall(
                Json.write(Parameters.object("method", method.fullName(), "parameters", parameters)));
    }

    private static Map<String, Object> with(Map<String, Object> parameters, String name, Object value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return changed;
    }

    private static void assertInvalid(String parameter, Method method, Map<String, Object> parameters) {
        assertThatExceptionOfType(Refused.InvalidParameter.class)
                .as("%s", parameters)
                .isThrownBy(() -> decode(method, parameters))
                .satisfies(refused -> assertThat(refused.parameters())
                        .isEqualTo(Map.of("parameter", parameter)));
    }

    private static void assertInvalid(String parameter, String message) {
        assertThatExceptionOfType(Refused.InvalidParameter.class)
                .as(message)
                .isThrownBy(() -> decode(message))
                .satisfies(refused -> assertThat(refused.parameters())
                        .isEqualTo(Map.of("parameter", parameter)));
    }

    @ParameterizedTest
    @FieldSource("REQUESTS")
    void aParameterOfAnotherTypeIsNamed(Request request) throws Exception {
        Method method = RequestWriter.method(request);
        Map<String, Object> parameters = Samples.parameters(Codec.encodeCall(Call.of(request)));
        for (String name : parameters.keySet()) {
            for (Object value : VALUES) {
                Object sample = parameters.get(name);
                boolean sameType = sample.getClass() == value.getClass()
                        || sample instanceof List && value instanceof List;
                // Every number counts a change.
                boolean number = value instanceof Long && method != Method.ACK;
                if (!sameType || number) {
                    Object json = value instanceof Double part ? BigDecimal.valueOf(part) : value;
                    assertInvalid(name, method, with(parameters, name, json));
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("REQUESTS")
    void anAbsentParameterAndANullAreTheSame(Request request) throws Exception {
        Method method = RequestWriter.method(request);
        Map<String, Object> parameters = Samples.parameters(Codec.encodeCall(Call.of(request)));
        for (InterfaceFile.Field field : InterfacesTest.declaration(method).parameters()) {
            var without = new LinkedHashMap<>(parameters);
            without.remove(field.name());
            Map<String, Object> withNull = with(parameters, field.name(), null);
            if (field.optional()) {
                assertThat(decode(method, without)).isEqualTo(decode(method, withNull));
            } else {
                assertInvalid(field.name(), method, without);
                assertInvalid(field.name(), method, withNull);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("REQUESTS")
    void anUnknownParameterIsRefused(Request request) throws Exception {
        Map<String, Object> parameters = Samples.parameters(Codec.encodeCall(Call.of(request)));
        for (Object value : Arrays.asList(1L, null)) {
            assertInvalid("sokcet", RequestWriter.method(request), with(parameters, "sokcet", value));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"parameters\":null", ",\"parameters\":{}"})
    void parametersThatAreAbsentOrNullAreNone(String parameters) throws Exception {
        assertThat(decode("{\"method\":\"org.fdbox.Store.ListBoxes\"" + parameters + "}"))
                .isEqualTo(Call.of(new Request.ListBoxes()));
        assertInvalid("name", "{\"method\":\"org.fdbox.Store.CreateBox\"" + parameters + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            method     | {}
            method     | {"method":null}
            method     | {"method":7}
            method     | {"parameters":{}}
            parameters | {"method":"org.fdbox.Store.ListBoxes","parameters":[]}
            parameters | {"method":"org.fdbox.Store.ListBoxes","parameters":"{}"}
            more       | {"method":"org.fdbox.Store.ListBoxes","more":"true"}
            more       | {"method":"org.fdbox.Store.ListBoxes","more":1}
            oneway     | {"method":"org.fdbox.Store.ListBoxes","oneway":{}}
            upgrade    | {"method":"org.fdbox.Store.ListBoxes","upgrade":true}
            upgrade    | {"method":"org.fdbox.Store.ListBoxes","upgrade":0}
            mroe       | {"method":"org.fdbox.Store.ListBoxes","mroe":true}
            error      | {"method":"org.fdbox.Store.ListBoxes","error":null}
            """)
    void aFaultOfTheMessageItselfIsNamed(String parameter, String message) {
        assertInvalid(parameter, message);
    }

    @ParameterizedTest
    @CsvSource({"'', false, false", "'\"more\":true,', true, false", "'\"oneway\":true,', false, true",
        "'\"more\":false,\"oneway\":null,\"upgrade\":false,', false, false"})
    void flagsAreRead(String flags, boolean more, boolean oneway) throws Exception {
        assertThat(decode("{" + flags + "\"method\":\"org.fdbox.Store.ListBoxes\"}"))
                .isEqualTo(new Call(new Request.ListBoxes(), more, oneway));
    }

    @Test
    void whatIsNoMessageAsksForAReply() {
        for (String message : List.of("", "{", "[]", "{}", "{\"oneway\":false}", "{\"oneway\":1}",
                "{\"oneway\":true")) {
            assertThat(Codec.isOneway(message.getBytes(StandardCharsets.UTF_8))).as(message).isFalse();
        }
        assertThat(Codec.isOneway("{\"oneway\":true,\"mroe\":1}".getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "org.fdbox.Store.Nothing, org.fdbox.Store.Nothing",
        "org.fdbox.Store., org.fdbox.Store.",
        "org.fdbox.Store.listBoxes, org.fdbox.Store.listBoxes",
        "org.varlink.service.ListBoxes, org.varlink.service.ListBoxes",
    })
    void anUnknownMethodIsNamed(String method, String named) {
        assertThatExceptionOfType(Refused.MethodNotFound.class)
                .isThrownBy(() -> decode("{\"method\":\"" + method + "\"}"))
                .satisfies(refused -> assertThat(refused.parameters()).isEqualTo(Map.of("method", named)));
    }

    @ParameterizedTest
    @CsvSource({"org.acme.Store.Put, org.acme.Store", "org.fdbox.Put, org.fdbox", "Put, ''", "'', ''",
        "., ''",
        "org.fdbox.Store, org.fdbox", "org.fdbox.Store.Put.x, org.fdbox.Store.Put"})
    void anUnknownInterfaceIsNamed(String method, String named) {
        assertThatExceptionOfType(Refused.InterfaceNotFound.class)
                .isThrownBy(() -> decode("{\"method\":\"" + method + "\"}"))
                .satisfies(refused -> assertThat(refused.parameters()).isEqualTo(Map.of("interface", named)));
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodRefusesAParameterThatItDoesNotHave(Method method) {
        assertThat(REQUESTS).anyMatch(request -> RequestWriter.method(request) == method);
        assertThatCode(() -> decode(method, Map.of("sokcet", 1L)))
                .isInstanceOf(Refused.InvalidParameter.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "9", "75", "0", "0778", "00750", "1750", "-750", "+750", "0o750", " 750", "750\n",
                "rwxr-x---"})
    void aModeIsThreeOctalDigits(String mode) {
        assertInvalid("mode", Method.CREATE_BOX, Map.of("name", "vm1", "mode", mode));
        assertInvalid("mode", Method.SET_ACCESS, Map.of("box", "vm1", "mode", mode));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0xffffffffL, 1L << 32, Long.MIN_VALUE})
    void anIdIsAboveAllFromZeroTo4294967294(long id) {
        assertInvalid("owner", Method.SET_ACCESS, Map.of("box", "vm1", "owner", id));
        assertInvalid("group", Method.SET_ACCESS, Map.of("box", "vm1", "group", id));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Integer.MIN_VALUE, 1L << 31, Long.MAX_VALUE})
    void anIndexIsNotNegativeAndAnInt(long index) {
        assertInvalid("fileDescriptor", Method.PUT, Map.of("box", "b", "name", "n", "fileDescriptor", index));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            files          | [1]
            files          | [null]
            files          | [[]]
            name           | [{"fileDescriptor":0}]
            name           | [{"name":7,"fileDescriptor":0}]
            fileDescriptor | [{"name":"a"}]
            fileDescriptor | [{"name":"a","fileDescriptor":null}]
            fileDescriptor | [{"name":"a","fileDescriptor":"0"}]
            fileDescriptor | [{"name":"a","fileDescriptor":0.0}]
            fileDescriptor | [{"name":"a","fileDescriptor":2147483648}]
            fileDescriptor | [{"name":"a","fileDescriptor":-1}]
            fd             | [{"name":"a","fileDescriptor":0,"fd":0}]
            """)
    void aFaultInOneOfManyIsNamed(String parameter, String files) {
        assertInvalid(parameter,
                "{\"method\":\"org.fdbox.Store.PutMany\",\"parameters\":{\"box\":\"b\",\"files\":"
                        + files + "}}");
    }

    @Test
    void namesAreTexts() {
        assertInvalid("names", Method.GET_MANY, Map.of("box", "b", "names", List.of("a", 7L)));
        assertInvalid("names", Method.GET_MANY, Map.of("box", "b", "names", Arrays.asList("a", null)));
    }

    @Test
    void aCopyIsNeverOnLease() {
        assertInvalid("confirm", Method.GET, Map.of("box", "b", "name", "n", "keep", true, "confirm", true));
        assertInvalid("confirm", Method.GET_MANY, Map.of("box", "b", "keep", true, "confirm", true));
    }

    /// Where a name breaks its own rules is for the verb to say, in the order of refusals.
    @Test
    void namesAreNotJudgedHere() throws Exception {
        assertThat(decode(Method.DELETE_BOX, Map.of("name", "../x")).request())
                .isEqualTo(new Request.DeleteBox("../x"));
    }

    /// Texts that only JSON can write come back in a refusal.
    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00x", "\\u0000"})
    void aTextThatIsNoUtf8CanBeRefused(String text) {
        assertThatExceptionOfType(Refused.InterfaceNotFound.class)
                .isThrownBy(() -> decode("{\"method\":\"" + text + ".X\"}"))
                .satisfies(refused -> assertThat(
                        Samples.parameters(Codec.encodeRefusal(refused))).isEqualTo(refused.parameters()));
    }
}
