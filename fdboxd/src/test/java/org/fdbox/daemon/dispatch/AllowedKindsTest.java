package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A kind that the policy does not let a user put is to them as if nobody had enabled it.
@ExtendWith(NothingLeaks.class)
class AllowedKindsTest {

    @TempDir
    Path folder;

    @Test
    void eachUserPutsTheKindsOfTheirRule() throws Exception {
        var red = new FakeHandler("red");
        var blue = new FakeHandler("blue");
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            var alices = new Rule("Alice's", Set.of(ALICE.uid()), Set.of(), Optional.empty(),
                    Optional.of(Set.of("test,red-v1")), Allowing.limits(9, 9));
            desk.policy.set(new Policy(List.of(alices), Allowing.limits(9, 9)));
            desk.call(ALICE, new Request.CreateBox("b", OptionalInt.of(0777)));
            desk.call(ALICE, new Request.Put("b", "red", 0, false), r);
            assertThatThrownBy(() -> desk.call(ALICE, new Request.Put("b", "blue", 0, false), b))
                    .isInstanceOfSatisfying(Refused.UnsupportedFd.class, denied -> assertThat(
                            denied.parameters()).containsEntry("kind", "blue").extracting("reason").asString()
                            .contains("policy").contains("test,blue-v1"));
            desk.call(BOB, new Request.Put("b", "blue", 0, false), b);
            assertThat(desk.names("b")).containsExactly("red", "blue");
        }
    }

    /// The opener's rule, all of it, whoever holds the handle.
    @Test
    void overAHandleTheRuleOfItsOpenerCounts() throws Exception {
        var red = new FakeHandler("red");
        var blue = new FakeHandler("blue");
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            var alices = new Rule("Alice's", Set.of(ALICE.uid()), Set.of(), Optional.empty(),
                    Optional.of(Set.of("test,red-v1")), new Limits(9, 2, 1, 9, 9));
            desk.policy.set(new Policy(List.of(alices), Allowing.limits(9, 9)));
            desk.call(ALICE, new Request.CreateBox("b", OptionalInt.empty()));
            Session handle = desk.open(desk.session(ALICE), "b", Optional.empty());
            assertThatThrownBy(() -> desk.call(handle, new Request.Put("b", "blue", 0, false), b))
                    .isInstanceOf(Refused.UnsupportedFd.class);
            desk.call(handle, new Request.Put("b", "1", 0, false), r);
            desk.call(handle, new Request.Put("b", "2", 0, false), r);
            assertExceeded("entries", () -> desk.call(handle, new Request.Put("b", "3", 0, false), r));
            desk.call(handle, new Request.Get("b", "1", false, true));
            assertExceeded("leases", () -> desk.call(ALICE, new Request.Get("b", "2", false, true)));
            desk.dispatcher.ended(handle);
            assertThat(desk.names("b")).containsExactly("1", "2");
        }
    }

    private static void assertExceeded(String limit, ThrowingCallable asked) {
        assertThatThrownBy(asked).isInstanceOfSatisfying(Refused.QuotaExceeded.class,
                refused -> assertThat(refused.parameters()).containsEntry("limit", limit));
    }

    /// What looks the same need not be the same: a letter with its accent, and a letter and an accent.
    @Test
    void namesThatDifferInNormalisationAreDifferentNames() throws Exception {
        var red = new FakeHandler("red");
        try (var desk = new Desk(folder, red); OwnedFd r = red.make("r")) {
            for (String name : List.of("caf\u00e9", "cafe\u0301")) {
                desk.call(ALICE, new Request.CreateBox(name, OptionalInt.empty()));
            }
            desk.call(ALICE, new Request.Put("caf\u00e9", "\u00e9", 0, false), r);
            desk.call(ALICE, new Request.Put("caf\u00e9", "e\u0301", 0, false), r);
            assertThat(desk.names("caf\u00e9")).containsExactly("\u00e9", "e\u0301");
            assertThat(desk.names("cafe\u0301")).isEmpty();
        }
    }
}
