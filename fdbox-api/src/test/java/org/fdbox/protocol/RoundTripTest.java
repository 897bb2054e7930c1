package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdbox.protocol.Samples.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What one side writes the other side reads, as equal records.
class RoundTripTest {

    static final List<Request> REQUESTS = Samples.requests();
    static final List<Exchange> EXCHANGES = Samples.exchanges();
    static final List<Refused> REFUSALS = Samples.refusals();

    @ParameterizedTest
    @FieldSource("REQUESTS")
    void aRequest(Request request) throws Exception {
        assertThat(Codec.decodeCall(Samples.unterminated(Codec.encodeCall(Call.of(request)))))
                .isEqualTo(new Call(request, false, false));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void itsFlags(boolean more, boolean oneway) throws Exception {
        var call = new Call(new Request.ListBoxes(), more, oneway);
        byte[] message = Samples.unterminated(Codec.encodeCall(call));
        assertThat(Codec.decodeCall(message)).isEqualTo(call);
        assertThat(Codec.isOneway(message)).isEqualTo(oneway);
    }

    @ParameterizedTest
    @FieldSource("EXCHANGES")
    void aReply(Exchange exchange) throws Exception {
        for (boolean continues : List.of(true, false)) {
            byte[] message = Samples.unterminated(Codec.encodeReply(exchange.reply(), continues));
            assertThat(Codec.decodeReply(exchange.request(), message))
                    .isEqualTo(new Codec.Answer(exchange.reply(), continues));
        }
    }

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void aRefusal(Refused refused) {
        byte[] message = Samples.unterminated(Codec.encodeRefusal(refused));
        assertThatThrownBy(() -> Codec.decodeReply(new Request.ListBoxes(), message))
                .isExactlyInstanceOf(refused.getClass())
                .hasMessage(refused.getMessage())
                .satisfies(again -> assertThat(((Refused) again).error()).isEqualTo(refused.error()))
                .satisfies(
                        again -> assertThat(((Refused) again).parameters()).isEqualTo(refused.parameters()));
    }

    @Test
    void noKindIsForgotten() {
        assertThat(kinds(REQUESTS.stream())).isEqualTo(permitted(Request.class));
        assertThat(kinds(EXCHANGES.stream().map(Exchange::request))).isEqualTo(permitted(Request.class));
        assertThat(kinds(EXCHANGES.stream().map(Exchange::reply))).isEqualTo(permitted(Reply.class));
        assertThat(kinds(REFUSALS.stream())).isEqualTo(permitted(Refused.class));
    }

    private static Set<Class<?>> kinds(Stream<?> samples) {
        return samples.map(Object::getClass).collect(Collectors.toSet());
    }

    private static Set<Class<?>> permitted(Class<?> sealed) {
        return Set.of(sealed.getPermittedSubclasses());
    }

    @Test
    void everyMessageIsOneLineThatEndsInTheOnlyNul() {
        Stream.of(
                REQUESTS.stream().map(request -> Codec.encodeCall(Call.of(request))),
                EXCHANGES.stream().map(exchange -> Codec.encodeReply(exchange.reply(), false)),
                REFUSALS.stream().map(Codec::encodeRefusal))
                .flatMap(messages -> messages)
                .forEach(message -> {
                    assertThat(message).endsWith((byte) 0).doesNotContain((byte) '\n');
                    assertThat(Samples.unterminated(message)).doesNotContain((byte) 0);
                });
    }
}
