package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdbox.protocol.InterfaceFile.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The interface files and the code say the same.
class InterfacesTest {

    private static Set<String> declared(Function<InterfaceFile, Map<String, ?>> what) {
        return Stream.of(Interface.values())
                .flatMap(i -> what.apply(InterfaceFile.of(i)).keySet().stream()
                        .map(name -> i.fullName() + "." + name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(List<Field> fields) {
        return fields.stream().map(Field::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /// The specification, byte for byte: other programs are written after it.
    @ParameterizedTest
    @CsvSource({
        "STORE, d2eecb14f309db15b3626c7ad48c3b43bb15aafe1cd6252b8c8e867ea11a6237",
        "HANDOVER, 1f15c5737da70435de743d38450e6344740608b7e80260993e314fa2b93f7a65",
    })
    void theFileIsTheSpecification(Interface which, String sha256) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(which.text().getBytes(StandardCharsets.UTF_8));
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
    }

    @ParameterizedTest
    @EnumSource
    void theFileNamesItsInterface(Interface which) throws Exception {
        assertThat(which.text()).containsOnlyOnce("\ninterface " + which.fullName() + "\n");
        assertThat(Interface.named(which.fullName())).isEqualTo(which);
        assertThat(Interface.fullNames()).contains(which.fullName());
    }

    @Test
    void theMethodsAreTheDeclaredOnes() {
        assertThat(Stream.of(Method.values()).map(Method::fullName))
                .containsExactlyInAnyOrderElementsOf(declared(InterfaceFile::methods));
    }

    @Test
    void theErrorsAreTheDeclaredOnes() {
        var known = Samples.refusals().stream()
                .filter(refused -> !(refused instanceof Refused.Other))
                .map(Refused::error)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(known).isEqualTo(declared(InterfaceFile::errors));
    }

    @Test
    void theParametersAreTheDeclaredOnes() throws Exception {
        var written = new TreeMap<Method, Set<String>>();
        for (Request request : Samples.requests()) {
            written.computeIfAbsent(RequestWriter.method(request), _ -> new TreeSet<>())
                    .addAll(RequestWriter.parameters(request).keySet());
        }
        written.forEach((method, names) -> assertThat(names).as(method.fullName())
                .isEqualTo(names(declaration(method).parameters())));
    }

    @Test
    void theFieldsOfRepliesAreTheDeclaredOnes() throws Exception {
        var written = new TreeMap<Method, Set<String>>();
        for (Samples.Exchange exchange : Samples.exchanges()) {
            written.computeIfAbsent(RequestWriter.method(exchange.request()), _ -> new TreeSet<>())
                    .addAll(Samples.parameters(Codec.encodeReply(exchange.reply(), false)).keySet());
        }
        written.forEach((method, names) -> assertThat(names).as(method.fullName())
                .isEqualTo(names(declaration(method).reply())));
    }

    @Test
    void theParametersOfErrorsAreTheDeclaredOnes() {
        var written = new TreeMap<String, Set<String>>();
        for (Refused refused : Samples.refusals()) {
            written.computeIfAbsent(refused.error(), _ -> new TreeSet<>())
                    .addAll(refused.parameters().keySet());
        }
        for (Interface which : Interface.values()) {
            InterfaceFile.of(which).errors().forEach((name, fields) -> {
                String error = which.fullName() + "." + name;
                assertThat(written.get(error)).as(error).isEqualTo(names(fields));
            });
        }
    }

    static InterfaceFile.Declared declaration(Method method) {
        for (Interface which : Interface.values()) {
            if (method.fullName().startsWith(which.fullName() + ".")) {
                return InterfaceFile.of(which).methods()
                        .get(method.fullName().substring(which.fullName().length() + 1));
            }
        }
        throw new IllegalArgumentException(method.fullName());
    }
}
