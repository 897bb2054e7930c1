package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A ledger whose lines are whole and say what no daemon wrote: it is refused, by name, and nothing stays open.
@ExtendWith(NothingLeaks.class)
class HandMadeLedgerTest {

    private static Map<String, Object> box() {
        return new HashMap<>(
                Map.of(Node.BOX, "b", "owner", 1000L, "group", 0L, "mode", "0750", "createdUSec", 5L));
    }

    private static Map<String, Object> entry() {
        return new HashMap<>(
                Map.of(Node.BOX, "b", Node.ENTRY, "e", Node.FD, "@0", "compatible", "x", "kind", "x",
                        "survival", "LIVE"));
    }

    private static Survival open(Map<String, Object> box, Map<String, Object> entry) throws Exception {
        var passed = new LinkedHashMap<String, OwnedFd>();
        LedgerFile file = LedgerFile.create();
        file.begin(1, List.of(box, entry));
        passed.put(Ids.LEDGERS.getFirst(), file.memfd());
        passed.put("@0", EventFd.create(0, false, false));
        passed.put("stored", EventFd.create(0, false, false));
        return Survival.open(Optional.of(Mode.OFF), Map.of(), passed, Moment.UNWATCHED);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("owner", 1L << 32), Arguments.of("owner", -1L), Arguments.of("owner", "0"),
                Arguments.of("group", 0xffff_ffffL), Arguments.of("mode", "10777"),
                Arguments.of("mode", "-1"),
                Arguments.of("createdUSec", "5"), Arguments.of(Node.FD, "stored"), Arguments.of(Node.FD, "@"),
                Arguments.of(Node.ENTRY, "../e"), Arguments.of("survival", "FOREVER"),
                Arguments.of("kind", 7L));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatMakesNoSenseIsRefused(String field, Object value) {
        Map<String, Object> box = box();
        Map<String, Object> entry = entry();
        (box.containsKey(field) ? box : entry).put(field, value);
        assertThatThrownBy(() -> open(box, entry)).isInstanceOf(Malformed.class)
                .hasMessageMatching("(?s).*(makes no|no entry's descriptor).*");
    }

    @Test
    void whatMakesSenseComesBack() throws Exception {
        try (Survival survival = open(box(), entry())) {
            assertThat(survival.boxes()).singleElement().satisfies(back -> {
                assertThat(back.state().access().owner()).isEqualTo(1000);
                back.entries().getFirst().content().descriptor().orElseThrow().close();
            });
        }
    }
}
