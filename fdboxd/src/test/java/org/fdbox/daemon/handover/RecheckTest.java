package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;
import static org.fdbox.daemon.support.Users.STAFF;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.daemon.policy.Glob;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What today's rules do not allow comes back sealed, and for root and the daemon's own user alone.
@ExtendWith(NothingLeaks.class)
class RecheckTest {

    private static final int OWN = 777;
    private static final Limits AMPLE = Allowing.limits(100, 100);

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");

    /// Alice's boxes "a" and "b", with two entries each.
    @BeforeEach
    void save() throws Exception {
        try (var desk = new Desk(folder, red); OwnedFd one = red.make("1"); OwnedFd two = red.make("2")) {
            for (String box : new String[]{"a", "b"}) {
                desk.call(ALICE, new Request.CreateBox(box, OptionalInt.of(0750)));
                desk.call(ALICE, new Request.Put(box, "x", 0, false), one);
                desk.call(ALICE, new Request.Put(box, "y", 0, false), two);
                desk.seal(box);
            }
            desk.save();
        }
    }

    private Desk start(Limits limits, boolean ownersMustBeKnown) throws Exception {
        return start(Policy.of(limits), ownersMustBeKnown);
    }

    private Desk start(Policy policy, boolean ownersMustBeKnown) throws Exception {
        return new Desk(folder, new Recheck.Rules(new PolicyInForce(policy), OWN, ownersMustBeKnown), red);
    }

    private static void assertWithheld(Desk desk, String box, String reason) throws Exception {
        assertThat(desk.info(box).sealed()).isTrue();
        assertThat(desk.info(box).owner()).isEqualTo(OWN);
        assertThat(desk.info(box).mode()).isEqualTo(0700);
        assertThatThrownBy(() -> desk.call(ALICE, new Request.Unseal(box)))
                .isInstanceOf(Refused.NoSuchBox.class);
        assertThat(desk.status().pending()).filteredOn(left -> left.box().equals(box)).singleElement()
                .satisfies(left -> {
                    assertThat(left.name()).isEmpty();
                    assertThat(left.reason()).contains("root").contains(reason);
                });
        var listed = (Reply.Entries) desk.call(ROOT, new Request.ListEntries(box));
        assertThat(listed.entries()).hasSize(2)
                .allSatisfy(entry -> assertThat(entry.survivalReason().orElse("")).contains(reason));
    }

    private static void assertAlices(Desk desk, String box) throws Exception {
        assertThat(desk.info(box).owner()).isEqualTo(ALICE.uid());
        assertThat(desk.info(box).mode()).isEqualTo(0750);
        assertThat(desk.text(box, "x")).isEqualTo("1");
    }

    @Test
    void withinTheLimitsEverythingIsItsOwners() throws Exception {
        try (Desk desk = start(Allowing.limits(2, 4), false)) {
            assertAlices(desk, "a");
            assertAlices(desk, "b");
            assertThat(desk.status().pending()).isEmpty();
        }
    }

    @Test
    void aBoxBeyondTheLimitIsWithheld() throws Exception {
        try (Desk desk = start(Allowing.limits(1, 100), false)) {
            assertAlices(desk, "a");
            assertWithheld(desk, "b", "more boxes than its limit, 1,");
        }
    }

    @Test
    void theOwnersRuleCounts() throws Exception {
        try (Desk desk = start(with(rule(Set.of(ALICE.uid()), Set.of())), false)) {
            assertAlices(desk, "a");
            assertWithheld(desk, "b", "more boxes than its limit, 1,");
        }
    }

    /// Who is in which group is not known before they connect.
    @Test
    void aRuleByGroupTakesNothingAndMayGrant() throws Exception {
        try (Desk desk = start(with(rule(Set.of(), Set.of(STAFF))), false)) {
            assertAlices(desk, "b");
        }
        var generous = new Rule("staff", Set.of(), Set.of(STAFF), Optional.empty(), Optional.empty(), AMPLE);
        try (Desk desk = start(new Policy(List.of(generous), Allowing.limits(1, 1)), false)) {
            assertAlices(desk, "b");
        }
    }

    private static Rule rule(Set<Integer> users, Set<Integer> groups) {
        return new Rule("one box", users, groups, Optional.empty(), Optional.empty(),
                Allowing.limits(1, 100));
    }

    private static Policy with(Rule rule) {
        return new Policy(List.of(rule), AMPLE);
    }

    @Test
    void aBoxWithEntriesBeyondTheLimitIsWithheldWhole() throws Exception {
        try (Desk desk = start(Allowing.limits(100, 3), false)) {
            assertAlices(desk, "a");
            assertWithheld(desk, "b", "more entries than its limit, 3,");
            assertThat(desk.text("b", "y")).isEqualTo("2");
        }
    }

    @Test
    void itIsItsOwnersAgainOnceTheRulesAllowIt() throws Exception {
        for (int life = 0; life < 2; life++) {
            try (Desk desk = start(Allowing.limits(1, 100), false)) {
                assertWithheld(desk, "b", "more boxes than its limit");
                desk.save();
            }
        }
        try (Desk desk = start(AMPLE, false)) {
            assertAlices(desk, "b");
        }
    }

    private static final Optional<Set<String>> EVERY_KIND = Optional.empty();

    private static Rule alices(List<Glob> boxes, Optional<Set<String>> kinds) {
        return new Rule("Alice's", Set.of(ALICE.uid()), Set.of(), Optional.of(boxes), kinds, AMPLE);
    }

    @Test
    void aBoxOfANameThatItsOwnerMayNotHaveIsWithheld() throws Exception {
        try (Desk desk = start(with(alices(List.of(new Glob("a*")), EVERY_KIND)), false)) {
            assertAlices(desk, "a");
            assertWithheld(desk, "b", "uid 1000, may have no box of this name");
            desk.save();
        }
        try (Desk desk = start(AMPLE, false)) {
            assertAlices(desk, "b");
        }
    }

    @Test
    void aNameThatSomeRuleByGroupAllowsIsTheirs() throws Exception {
        var staff = new Rule("staff", Set.of(), Set.of(STAFF), Optional.of(List.of(new Glob("b"))),
                EVERY_KIND, AMPLE);
        var nobodyElse =
                new Rule("rest", Set.of(), Set.of(), Optional.of(List.of()), EVERY_KIND, AMPLE);
        try (Desk desk = start(new Policy(List.of(staff, nobodyElse), AMPLE), false)) {
            assertWithheld(desk, "a", "may have no box of this name");
            assertAlices(desk, "b");
        }
    }

    /// Also at each start after that, and whoever may not make boxes can be given one.
    @Test
    void whatRootGaveNeedsNoNameThatTheyMayMake() throws Exception {
        Policy none = with(alices(List.of(), EVERY_KIND));
        try (Desk desk = start(none, false)) {
            assertWithheld(desk, "b", "may have no box of this name");
            desk.call(ROOT, new Request.SetAccess("b", OptionalInt.of(ALICE.uid()), OptionalInt.empty(),
                    OptionalInt.of(0750)));
            desk.call(ALICE, new Request.SetAccess("b", OptionalInt.empty(), OptionalInt.empty(),
                    OptionalInt.of(0750)));
            desk.save();
        }
        for (int life = 0; life < 2; life++) {
            try (Desk desk = start(none, false)) {
                assertWithheld(desk, "a", "may have no box of this name");
                assertAlices(desk, "b");
                desk.save();
            }
        }
    }

    @Test
    void aBoxWithAKindThatItsPutterMayNotPutIsWithheld() throws Exception {
        List<Glob> any = List.of(new Glob("*"));
        try (Desk desk = start(with(alices(any, Optional.of(Set.of("test,blue-v1")))), false)) {
            assertWithheld(desk, "b", "the policy does not let uid 1000, who put x, put test,red-v1");
            desk.save();
        }
        try (Desk desk = start(with(alices(any, Optional.of(Set.of("test,red-v1")))), false)) {
            assertAlices(desk, "b");
        }
    }

    /// Or the handler that comes later would make what may not be put.
    @Test
    void aKindThatMayNotBePutIsWithheldAlsoWhereItsHandlerIsAway() throws Exception {
        var rules = new Recheck.Rules(new PolicyInForce(
                with(alices(List.of(new Glob("*")), Optional.of(Set.of())))), OWN, false);
        try (Desk desk = new Desk(folder, rules)) {
            assertThat(desk.info("b").owner()).isEqualTo(OWN);
            assertThat(desk.info("b").pending()).isEqualTo(2);
        }
    }

    @Test
    void rootGivesItBack() throws Exception {
        try (Desk desk = start(Allowing.limits(100, 3), false)) {
            desk.call(ROOT, new Request.SetAccess("b", OptionalInt.of(ALICE.uid()), OptionalInt.empty(),
                    OptionalInt.of(0750)));
            assertAlices(desk, "b");
            assertThat(desk.status().pending()).isEmpty();
            desk.call(ALICE, new Request.Unseal("b"));
        }
    }

    @Test
    void anOwnerWhomNobodyKnowsIsFineUnlessSomebodyAsks() throws Exception {
        ManifestFile.edit(ManifestFile.in(folder), root -> {
            ManifestFile.box(root, "b").put("owner", 3_999_999_999L);
            ManifestFile.box(root, "a").put("owner", 0L);
        });
        try (Desk desk = start(AMPLE, false)) {
            assertThat(desk.status().pending()).isEmpty();
        }
        try (Desk desk = start(AMPLE, true)) {
            assertWithheld(desk, "b", "its owner, uid 3999999999, is not in the user database");
            assertThat(desk.info("a").owner()).isZero();
        }
    }

    @Test
    void aKindThatIsSwitchedOffWaitsAndSaysSo() throws Exception {
        var registry = new HandlerRegistry(List.of(red), Set.of(red.compatible()));
        assertThat(registry.absence(red.compatible())).contains("switched off").contains("disabledHandlers");
        assertThat(registry.absence("other,x-v1")).contains("no handler").doesNotContain("switched off");
        try (var session = new Recovery(Incoming.none()); var desk = new Desk(folder, red)) {
            Map<String, Object> node = Map.of("compatible", red.compatible());
            var remade = new Remake(registry).of("a", node, session.of(desk.state.payloads(), node));
            assertThat(remade).isInstanceOfSatisfying(Content.Pending.class,
                    pending -> assertThat(pending.reason()).contains("switched off"));
        }
    }
}
