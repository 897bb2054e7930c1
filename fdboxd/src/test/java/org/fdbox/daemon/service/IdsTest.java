package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    /// MAX_ARG_STRLEN of Linux.
    private static final int LONGEST_VARIABLE = 128 << 10;

    private final Ids ids = new Ids();

    private int take() {
        int id = ids.next().orElseThrow();
        ids.take(id);
        return id;
    }

    @Test
    void theLowestIsUsedAgain() {
        assertThat(take()).isEqualTo(0);
        assertThat(take()).isEqualTo(1);
        assertThat(take()).isEqualTo(2);
        ids.free(1);
        assertThat(take()).isEqualTo(1);
        assertThat(take()).isEqualTo(3);
        assertThat(ids.count()).isEqualTo(4);
    }

    @Test
    void allNamesFitIntoTheEnvironmentOfTheNextStart() {
        var variable = new StringBuilder("LISTEN_FDNAMES=fdboxd.socket");
        Ids.LEDGERS.forEach(name -> variable.append(':').append(name));
        variable.append(':').append(Ids.PROBE);
        while (ids.next().isPresent()) {
            variable.append(':').append(Ids.name(take()));
        }
        assertThat(ids.count()).isGreaterThan(20_000);
        assertThat(variable.length()).isLessThan(LONGEST_VARIABLE - 4096);
        ids.free(17);
        assertThat(ids.next()).hasValue(17);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 35, 36, 1295, 1296, 46_655, 46_656})
    void aNameLeadsBackToItsNumber(int id) {
        assertThat(Ids.name(id)).matches("@[0-9a-z]+");
        assertThat(Ids.number(Ids.name(id))).hasValue(id);
    }

    @Test
    void otherNamesAreNoNumbers() {
        for (String name : new String[]{Ids.PROBE, Ids.LEDGERS.getFirst(), "stored", "@", "@A",
            "fdboxd.socket"}) {
            assertThat(Ids.number(name)).as(name).isEqualTo(OptionalInt.empty());
        }
    }
}
