package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.fdbox.protocol.InterfaceFile.Field;
import org.fdbox.protocol.Samples.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client makes of replies that are not what the interface says.
class ReplyShapeTest {

    static final List<Exchange> EXCHANGES = Samples.exchanges();

    private static Codec.Answer decode(Request request, Map<String, Object> parameters)
            throws Malformed, Refused {
        return Codec.decodeReply(request, Json.write(Map.of("parameters", parameters)));
    }

    private static Codec.Answer decode(String text) throws Malformed, Refused {
        return Codec.decodeReply(new Request.ListBoxes(), text.getBytes(StandardCharsets.UTF_8));
    }

    /// One object inside a reply, which the test may change, and what the interface file says of it.
    private record Place(Map<String, Object> object, List<Field> fields) {}

    /// The reply itself, and the first object of each array in it, at any depth.
    @SuppressWarnings("unchecked")
    private static void collect(Map<String, Object> object, List<Field> fields, InterfaceFile file,
            List<Place> places) {
        places.add(new Place(object, fields));
        for (Field field : fields) {
            Object value = object.get(field.name());
            Object element = value instanceof List<?> list && !list.isEmpty() ? list.getFirst() : value;
            List<Field> inner = field.fields(file);
            if (element instanceof Map<?, ?> map && !inner.isEmpty()) {
                collect((Map<String, Object>) map, inner, file, places);
            }
        }
    }

    private static InterfaceFile file(Request request) throws Refused {
        String method = RequestWriter.method(request).fullName();
        return InterfaceFile.of(Interface.named(method.substring(0, method.lastIndexOf('.'))));
    }

    /// Changes every field of every object of the reply once.
    private static void everywhere(Exchange exchange, Consumer<Map<String, Object>> whole, Change change)
            throws Exception {
        List<Field> fields = InterfacesTest.declaration(RequestWriter.method(exchange.request())).reply();
        byte[] message = Codec.encodeReply(exchange.reply(), false);
        var places = new ArrayList<Place>();
        Map<String, Object> parameters = Samples.parameters(message);
        collect(parameters, fields, file(exchange.request()), places);
        for (Place place : places) {
            for (Field field : place.fields()) {
                var before = new LinkedHashMap<>(place.object());
                change.on(place.object(), field);
                whole.accept(parameters);
                place.object().clear();
                place.object().putAll(before);
            }
        }
    }

    private interface Change {
        void on(Map<String, Object> object, Field field);
    }

    private static void assertMalformed(Request request, Map<String, Object> parameters) {
        assertThatExceptionOfType(Malformed.class)
                .as("%s to %s", parameters, request)
                .isThrownBy(() -> decode(request, parameters))
                .withMessageStartingWith("its reply to " + RequestWriter.method(request).fullName()
                        + " is not what the interface says: parameter \"");
    }

    @ParameterizedTest
    @FieldSource("EXCHANGES")
    void everyFieldThatIsNotOptionalMustBeThere(Exchange exchange) throws Exception {
        for (boolean absent : List.of(true, false)) {
            var last = new ArrayList<Field>();
            everywhere(exchange, parameters -> {
                Field field = last.removeFirst();
                if (field.optional() && !goesWithAnother(exchange, field)) {
                    assertThat(parameters).satisfies(fine -> decode(exchange.request(), fine));
                } else {
                    assertMalformed(exchange.request(), parameters);
                }
            }, (object, field) -> {
                last.add(field);
                if (absent) {
                    object.remove(field.name());
                } else {
                    object.put(field.name(), null);
                }
            });
        }
    }

    /// Whoever is asked to restore an entry is told which.
    private static boolean goesWithAnother(Exchange exchange, Field field) {
        return exchange.reply() instanceof Reply.ToRestore(var wanted) && wanted.isPresent()
                && Set.of("box", "name").contains(field.name());
    }

    @ParameterizedTest
    @FieldSource("EXCHANGES")
    void everyFieldMustHaveItsType(Exchange exchange) throws Exception {
        for (Object wrong : List.of(List.of(List.of(1L)), Map.of("x", 1L), "\u2603", true, 7L)) {
            var last = new ArrayList<Field>();
            everywhere(exchange, parameters -> {
                if (!fits(wrong, last.removeFirst())) {
                    assertMalformed(exchange.request(), parameters);
                }
            }, (object, field) -> {
                last.add(field);
                object.put(field.name(), wrong);
            });
        }
    }

    private static boolean fits(Object value, Field field) {
        return switch (field.type()) {
            // A mode is a text of its own kind; a handover's state is any word, for versions to come.
            case "string" -> value instanceof String && !field.name().equals("mode");
            case "int" -> value instanceof Long;
            case "bool" -> value instanceof Boolean;
            case "object" -> value instanceof Map;
            default ->
                field.name().equals("state") && field.type().startsWith("(") && value instanceof String;
        };
    }

    @ParameterizedTest
    @FieldSource("EXCHANGES")
    void whatANewerDaemonAddsIsPassedOver(Exchange exchange) throws Exception {
        var expected = new Codec.Answer(exchange.reply(), false);
        everywhere(exchange, parameters -> assertThat(parameters)
                .satisfies(more -> assertThat(decode(exchange.request(), more)).isEqualTo(expected)),
                (object, _) -> object.put("added", List.of(1L)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":7}", "{\"error\":[]}", "{\"parameters\":[]}", "{\"parameters\":7}",
        "{\"continues\":1,\"parameters\":{\"boxes\":[]}}", "[]", "", "{\"parameters\":{\"boxes\":[]}} {}"})
    void whatIsNoReplyIsMalformed(String text) {
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> decode(text));
    }

    @ParameterizedTest
    @CsvSource({"state, Held", "state, gone", "state, ''", "survival, LIVE", "survival, held"})
    @SuppressWarnings("unchecked")
    void aWordThatTheInterfaceDoesNotHaveIsMalformed(String name, String word) throws Exception {
        Map<String, Object> parameters =
                Samples.parameters(Codec.encodeReply(new Reply.Stored(Samples.FULL), false));
        ((Map<String, Object>) parameters.get("entry")).put(name, word);
        assertMalformed(new Request.Put("vm1", "x", 0, false), parameters);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\"parameters\":null", "\"parameters\":{}", "\"error\":null", "\"continues\":null",
                "\"continues\":false", "\"more\":7"})
    void aReplyThatSaysNothingIsDone(String members) throws Exception {
        byte[] message = ("{" + members + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(Codec.decodeReply(new Request.Confirm("1"), message))
                .isEqualTo(new Codec.Answer(new Reply.Done(), false));
    }

    /// An error that lacks what its class holds, or is from a newer version, is told as it came.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            org.fdbox.Store.NoSuchFd      | {"box":"vm1"}
            org.fdbox.Store.NoSuchFd      | {"box":"vm1","name":7}
            org.fdbox.Store.QuotaExceeded | {"limit":"x","value":"y"}
            org.fdbox.Store.MissingFileDescriptor | {"index":4294967296,"received":0}
            org.fdbox.Store.FdBusy        | {"box":"vm1","name":"ram","holders":[]}
            org.acme.New                  | {"a":[1,{"b":null}]}
            ''                            | {}
            """)
    void anErrorThatIsNotKnownIsKeptAsItIs(String error, String parameters) throws Exception {
        String name = error.equals("''") ? "" : error;
        Map<String, Object> expected = Json.readObject(parameters.getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(Refused.Other.class)
                .isThrownBy(() -> decode("{\"error\":\"" + name + "\",\"parameters\":" + parameters + "}"))
                .withMessage(name + " " + expected)
                .satisfies(other -> assertThat(other.error()).isEqualTo(name))
                .satisfies(other -> assertThat(other.parameters()).isEqualTo(expected));
    }

    @Test
    void anErrorWithoutParametersHasNone() {
        assertThatExceptionOfType(Refused.HandoverInProgress.class)
                .isThrownBy(() -> decode("{\"error\":\"org.fdbox.Store.HandoverInProgress\"}"));
    }

    @Test
    void aRefusalIsNoFaultAndCarriesNoStack() {
        assertThat(new Refused.PermissionDenied().getStackTrace()).isEmpty();
    }
}
