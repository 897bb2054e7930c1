package org.fdbox.protocol;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// JSON as plain values: Map (in order), List, String, Long, BigInteger, BigDecimal, Boolean and null. The only user of
/// Jackson, through its streaming half, which starts several times faster than data binding and keeps what it does not know.
public final class Json {

    /// How deep a message may nest.
    public static final int DEEPEST = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(100)
                    .build())
            .build();

    private Json() {}

    /// Sets up what reading and writing need, which takes longer than a message does. A program that starts has it done on a
    /// thread of its own meanwhile; whoever needs it first waits for it.
    public static void warmUp() {
        try {
            readObject(write(Map.of()));
        } catch (Malformed impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Reads one object and nothing after it.
    ///
    /// @throws Malformed if it is no JSON in UTF-8, no object, has a key twice or nests too deep; says where
    public static Map<String, Object> readObject(byte[] bytes) throws Malformed {
        CharBuffer text = text(bytes);
        try (JsonParser parser = FACTORY.createParser(
                ObjectReadContext.empty(), text.array(), text.arrayOffset(), text.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("not a JSON object");
            }
            Map<String, Object> object = object(parser);
            if (parser.nextToken() != null) {
                throw new Malformed("something follows the JSON object");
            }
            return object;
        } catch (JacksonException bad) {
            throw new Malformed(bad.getOriginalMessage());
        } catch (NumberFormatException bad) {
            throw new Malformed("a number is out of all bounds");
        }
    }

    /// Strictly: Jackson would guess the encoding, and take some byte sequences that are no UTF-8 for other names.
    private static CharBuffer text(byte[] bytes) throws Malformed {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException bad) {
            throw new Malformed("not UTF-8");
        }
    }

    private static Map<String, Object> object(JsonParser parser) {
        var object = new LinkedHashMap<String, Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static List<Object> array(JsonParser parser) {
        var array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("the parser stands at " + parser.currentToken());
        };
    }

    private static Number integer(JsonParser parser) {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? parser.getBigIntegerValue()
                : (Number) parser.getLongValue();
    }

    /// Writes an object as UTF-8 in one line.
    ///
    /// @param object of the values that this class reads, and of Integer
    public static byte[] write(Map<String, ?> object) {
        return stream(object).toByteArray();
    }

    /// The same with a NUL behind it, as Varlink wants it.
    static byte[] writeTerminated(Map<String, ?> object) {
        ByteArrayOutputStream bytes = stream(object);
        bytes.write(0);
        return bytes.toByteArray();
    }

    private static ByteArrayOutputStream stream(Map<String, ?> object) {
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(generator, object);
        }
        return bytes;
    }

    private static void write(JsonGenerator generator, Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> generator.writeString(text);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case BigInteger number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(text(number));
            case Boolean truth -> generator.writeBoolean(truth);
            case Map<?, ?> object -> {
                generator.writeStartObject();
                object.forEach((name, member) -> {
                    generator.writeName((String) name);
                    write(generator, member);
                });
                generator.writeEndObject();
            }
            case List<?> array -> {
                generator.writeStartArray();
                array.forEach(element -> write(generator, element));
                generator.writeEndArray();
            }
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
        }
    }

    /// The shorter of its two forms, since a number that was just short enough to be read must not become longer; and never that of
    /// an integer, which would be read as one.
    private static String text(BigDecimal number) {
        String plain = number.toString();
        String exact = number.unscaledValue() + "e" + -(long) number.scale();
        return number.scale() == 0 || plain.length() > exact.length() ? exact : plain;
    }
}
