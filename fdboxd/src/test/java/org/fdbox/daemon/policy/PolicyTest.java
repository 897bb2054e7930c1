package org.fdbox.daemon.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.STAFF;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.support.Allowing;
import org.junit.jupiter.api.Test;

/// Whose rule is whose, and how it is explained.
class PolicyTest {

    private static final Limits FEW = new Limits(1, 2, 3, 4, 5);
    private static final Rule ALICES = new Rule("Alice", Set.of(ALICE.uid()), Set.of(),
            Optional.of(List.of(new Glob("a-*"))), Optional.of(Set.of("test,red-v1")), FEW);
    private static final Rule FOR_STAFF =
            new Rule("staff", Set.of(), Set.of(STAFF), Optional.empty(), Optional.of(Set.of()), FEW);
    private static final Rule NOTHING = new Rule("nothing", Set.of(), Set.of(), Optional.of(List.of()),
            Optional.empty(), FEW);

    private static Policy policy(Rule... rules) {
        return new Policy(List.of(rules), Allowing.limits(10, 20));
    }

    @Test
    void theFirstThatIsForAUserCounts() {
        assertThat(policy(ALICES, FOR_STAFF, NOTHING).ruleFor(ALICE)).isEqualTo(ALICES);
        assertThat(policy(ALICES, FOR_STAFF, NOTHING).ruleFor(BOB)).isEqualTo(FOR_STAFF);
        assertThat(policy(ALICES, FOR_STAFF, NOTHING).ruleFor(EVE)).isEqualTo(NOTHING);
        assertThat(policy(NOTHING, ALICES).ruleFor(ALICE)).isEqualTo(NOTHING);
    }

    @Test
    void whoHasNoRuleMayDoAllWithinTheLimits() {
        Rule rest = policy(ALICES).ruleFor(EVE);
        assertThat(rest.limits()).isEqualTo(Allowing.limits(10, 20));
        assertThat(rest.allowsBox("any")).isTrue();
        assertThat(rest.allowsKind("test,any-v1")).isTrue();
    }

    @Test
    void aListAllowsWhatItNamesAndAnEmptyOneNothing() {
        assertThat(ALICES.allowsBox("a-1")).isTrue();
        assertThat(ALICES.allowsBox("b-1")).isFalse();
        assertThat(ALICES.allowsKind("test,red-v1")).isTrue();
        assertThat(ALICES.allowsKind("test,blue-v1")).isFalse();
        assertThat(FOR_STAFF.allowsKind("test,red-v1")).isFalse();
        assertThat(NOTHING.allowsBox("a-1")).isFalse();
    }

    @Test
    void aRuleByGroupIsNotForWhoIsKnownByNumberOnly() {
        var inForce = new PolicyInForce(policy(FOR_STAFF));
        assertThat(inForce.limitsFor(BOB)).isEqualTo(FEW);
        assertThat(inForce.limitsFor(BOB.uid())).isEqualTo(Allowing.limits(10, 20));
    }

    @Test
    void itIsExplainedInWords() {
        assertThat(Explanation.of(policy(ALICES, FOR_STAFF))).containsExactly(
                "rule \"Alice\", for users with uid 1000:",
                "  creates boxes named a-*",
                "  puts test,red-v1",
                "  has at most 1 boxes, 2 entries, 3 leases, 4 connections",
                "  has contents saved of at most 5 bytes",
                "rule \"staff\", for members of groups with gid 100:",
                "  creates boxes of any name",
                "  puts nothing",
                "  has at most 1 boxes, 2 entries, 3 leases, 4 connections",
                "  has contents saved of at most 5 bytes",
                "everybody else:",
                "  creates boxes of any name",
                "  puts every kind",
                "  has at most 10 boxes, 20 entries, 1000000 leases, 1000000 connections",
                "  has contents saved of any size");
    }

    @Test
    void aRuleThatIsNeverReachedIsToldApart() {
        assertThat(Explanation.of(policy(NOTHING, ALICES)))
                .contains("  creates no boxes", "  never used: a rule before it is for everybody")
                .noneMatch(line -> line.startsWith("everybody"));
        assertThat(Explanation.of(policy()).getFirst()).isEqualTo("everybody:");
    }
}
