package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.NOBODY;
import static org.fdbox.daemon.support.Users.ROOT;
import static org.fdbox.daemon.support.Users.STAFF;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Owner, group and mode are judged like those of a folder: r lists, w changes, x copies.
class AccessTest {

    private static final Map<String, PeerCredentials> WHO =
            Map.of("root", ROOT, "alice", ALICE, "bob", BOB, "eve", EVE, "nobody", NOBODY);
    private static final String ALL = "LIST PUT TAKE DROP SEAL PREPARE COPY OWN";

    @ParameterizedTest(name = "{0} with mode {1} of alice''s box may: {2}")
    @CsvSource(nullValues = "-", textBlock = """
            # who,  mode, may
            root,   0000, LIST PUT TAKE DROP SEAL PREPARE COPY OWN
            alice,  0000, OWN
            alice,  0700, LIST PUT TAKE DROP SEAL PREPARE COPY OWN
            alice,  0400, LIST OWN
            alice,  0200, PUT TAKE DROP SEAL PREPARE OWN
            alice,  0100, COPY OWN
            # The first class that fits counts alone, also if a later one has more.
            alice,  0077, OWN
            bob,    0700, -
            bob,    0740, LIST
            bob,    0720, PUT TAKE DROP SEAL PREPARE
            bob,    0710, COPY
            bob,    0777, LIST PUT TAKE DROP SEAL PREPARE COPY
            bob,    0707, -
            eve,    0770, -
            eve,    0704, LIST
            eve,    0702, PUT TAKE DROP SEAL PREPARE
            eve,    0701, COPY
            nobody, 0770, -
            nobody, 0704, LIST
            """)
    void modeSaysWhoMayDoWhat(String who, String mode, String may) {
        var access = new Access(ALICE.uid(), STAFF, Integer.parseInt(mode, 8));
        Set<String> allowed = may == null ? Set.of() : Set.of(may.split(" "));
        assertThat(Arrays.stream(Right.values()).filter(right -> access.allows(WHO.get(who), right))
                .map(Enum::name))
                .containsExactlyInAnyOrderElementsOf(allowed);
        assertThat(access.visibleTo(WHO.get(who))).isEqualTo(!allowed.isEmpty());
    }

    @Test
    void theUserWithoutANumberOwnsNothingAndMatchesNoGroup() {
        var access = new Access(NOBODY.uid(), NOBODY.gid(), 0770);
        assertThat(access.owns(NOBODY)).isFalse();
        assertThat(access.visibleTo(NOBODY)).isFalse();
        assertThat(ALL.split(" ")).noneMatch(right -> access.allows(NOBODY, Right.valueOf(right)));
    }

    @Test
    void aMemberOfTheOverflowGroupIsNotAMember() {
        var guest = new PeerCredentials(1, 1234, 1234, Set.of(65534));
        assertThat(new Access(ALICE.uid(), 65534, 0770).visibleTo(guest)).isFalse();
    }

    @Test
    void thePrimaryGroupCountsLikeASupplementaryOne() {
        var byPrimary = new PeerCredentials(1, 1234, STAFF, Set.of());
        assertThat(new Access(ALICE.uid(), STAFF, 0040).allows(byPrimary, Right.LIST)).isTrue();
    }

    @Test
    void rootIsRecognisedByItsUidAndNotByItsGroup() {
        var inGroupOfRoot = new PeerCredentials(1, 1234, 0, Set.of(0));
        assertThat(new Access(ALICE.uid(), STAFF, 0).visibleTo(inGroupOfRoot)).isFalse();
    }
}
