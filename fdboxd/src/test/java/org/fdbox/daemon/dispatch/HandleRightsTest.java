package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each set of rights lets the holder of a handle do, and nothing else.
@ExtendWith(NothingLeaks.class)
class HandleRightsTest {

    private static final Request PUT = new Request.Put("b", "new", 0, false);
    private static final Request REPLACE = new Request.Put("b", "a", 0, true);
    private static final Request REPLACE_MANY =
            new Request.PutMany("b", List.of(new Request.Offered("a", 0)), true);

    /// Each verb for a box with an entry "a" that is open, with the rights that it takes.
    private static final Map<Request, Set<HandleRight>> NEEDED = Map.ofEntries(
            Map.entry(new Request.ListEntries("b"), Set.of(HandleRight.LIST)),
            Map.entry(new Request.Holders("b", "a"), Set.of(HandleRight.LIST)),
            Map.entry(new Request.Get("b", "a", true, false), Set.of(HandleRight.COPY)),
            Map.entry(new Request.GetMany("b", Optional.empty(), true, false), Set.of(HandleRight.COPY)),
            Map.entry(new Request.Get("b", "a", false, false), Set.of(HandleRight.TAKE)),
            Map.entry(new Request.GetMany("b", Optional.empty(), false, true), Set.of(HandleRight.TAKE)),
            Map.entry(new Request.Drop("b", "a"), Set.of(HandleRight.TAKE)),
            Map.entry(PUT, Set.of(HandleRight.PUT)),
            Map.entry(REPLACE, Set.of(HandleRight.PUT, HandleRight.TAKE)),
            Map.entry(REPLACE_MANY, Set.of(HandleRight.PUT, HandleRight.TAKE)),
            Map.entry(new Request.Seal("b", false), Set.of(HandleRight.SEAL)),
            Map.entry(new Request.Prepare("b"), Set.of(HandleRight.SEAL)),
            Map.entry(new Request.ListBoxes(), Set.of()),
            Map.entry(new Request.OpenBox("b", Optional.empty()), Set.of()));

    /// For a user, and never over a handle.
    private static final List<Request> NEVER = List.of(
            new Request.CreateBox("mine", OptionalInt.empty()),
            new Request.DeleteBox("b"),
            new Request.SetAccess("b", OptionalInt.empty(), OptionalInt.empty(),
                    OptionalInt.of(0777)),
            new Request.Save(Optional.empty()),
            new Request.Status(),
            new Request.ListHandlers(),
            new Request.Restored("1", OptionalInt.empty(), Optional.of("no")));

    @TempDir
    private Path folder;

    static Stream<Set<HandleRight>> subsets() {
        HandleRight[] all = HandleRight.values();
        return IntStream.range(1, 1 << all.length).mapToObj(bits -> {
            var rights = EnumSet.noneOf(HandleRight.class);
            Arrays.stream(all).filter(right -> (bits & 1 << right.ordinal()) != 0).forEach(rights::add);
            return rights;
        });
    }

    private Desk desk(OwnedFd file) throws Exception {
        var desk = new Desk(folder, HandlerRegistry.handlersOnClassPath().toArray(FdHandler[]::new));
        desk.call(ALICE, new Request.CreateBox("b", OptionalInt.empty()));
        desk.call(ALICE, new Request.CreateBox("other", OptionalInt.of(0777)));
        desk.call(ALICE, new Request.Put("b", "a", 0, false), file);
        return desk;
    }

    private static Refused refusal(Desk desk, Session session, Request request, OwnedFd file) {
        boolean puts = request instanceof Request.Put || request instanceof Request.PutMany;
        try {
            if (request instanceof Request.OpenBox(var box, var rights)) {
                end(desk, desk.open(session, box, rights));
            } else {
                desk.call(session, request, puts ? new OwnedFd[]{file} : new OwnedFd[0]);
            }
            return null;
        } catch (Refused refused) {
            return refused;
        }
    }

    private static void end(Desk desk, Session session) {
        desk.dispatcher.ended(session);
    }

    @ParameterizedTest
    @MethodSource("subsets")
    void eachVerbTakesItsOwn(Set<HandleRight> rights) throws Exception {
        try (OwnedFd file = Fds.memfd("x")) {
            for (var verb : NEEDED.entrySet()) {
                try (Desk desk = desk(file)) {
                    Session session = desk.open(desk.session(ALICE), "b", Optional.of(rights));
                    Refused refused = refusal(desk, session, verb.getKey(), file);
                    if (rights.containsAll(verb.getValue())) {
                        assertThat(refused).as("%s with %s", verb.getKey(), rights).isNull();
                    } else {
                        assertThat(refused).as("%s with %s", verb.getKey(), rights)
                                .isInstanceOf(Refused.AccessDenied.class);
                    }
                    end(desk, session);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subsets")
    void unsealingAndConfirmingToo(Set<HandleRight> rights) throws Exception {
        try (OwnedFd file = Fds.memfd("x"); Desk desk = desk(file)) {
            desk.call(ALICE, new Request.Seal("b", false));
            Session session = desk.open(desk.session(ALICE), "b", Optional.of(rights));
            Refused refused = refusal(desk, session, new Request.Unseal("b"), file);
            assertThat(refused == null).isEqualTo(rights.contains(HandleRight.SEAL));
            assertThat(refusal(desk, session, new Request.Confirm("1"), file))
                    .isInstanceOf(Refused.NoSuchLease.class);
            end(desk, session);
        }
    }

    @ParameterizedTest
    @MethodSource("subsets")
    void whatTakesAUserIsDenied(Set<HandleRight> rights) throws Exception {
        try (OwnedFd file = Fds.memfd("x"); Desk desk = desk(file)) {
            // Even of one that root opened.
            for (var opener : List.of(ALICE, ROOT)) {
                Session session = desk.open(desk.session(opener), "b", Optional.of(rights));
                for (Request request : NEVER) {
                    assertThat(refusal(desk, session, request, file)).as(request.toString())
                            .isInstanceOf(Refused.PermissionDenied.class);
                }
                end(desk, session);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subsets")
    void anotherBoxIsAsIfThereWereNone(Set<HandleRight> rights) throws Exception {
        try (OwnedFd file = Fds.memfd("x"); Desk desk = desk(file)) {
            Session session = desk.open(desk.session(ALICE), "b", Optional.of(rights));
            for (Request request : List.of(
                    new Request.ListEntries("other"),
                    new Request.Get("other", "a", true, false),
                    new Request.Put("other", "a", 0, false),
                    new Request.Drop("other", "a"),
                    new Request.Seal("other", false),
                    new Request.Unseal("other"),
                    new Request.Prepare("other"),
                    new Request.Holders("other", "a"),
                    new Request.OpenBox("other", Optional.empty()))) {
                assertThat(refusal(desk, session, request, file)).as(request.toString())
                        .isInstanceOf(Refused.NoSuchBox.class);
            }
            end(desk, session);
        }
    }

    @ParameterizedTest
    @MethodSource("subsets")
    void overAHandleTheyOnlyShrink(Set<HandleRight> rights) throws Exception {
        try (OwnedFd file = Fds.memfd("x"); Desk desk = desk(file)) {
            Session outer = desk.open(desk.session(ALICE), "b", Optional.of(rights));
            for (Set<HandleRight> wanted : subsets().toList()) {
                var both = EnumSet.copyOf(rights);
                both.retainAll(wanted);
                if (both.isEmpty()) {
                    assertThatThrownBy(() -> desk.open(outer, "b", Optional.of(wanted)))
                            .isInstanceOf(Refused.AccessDenied.class);
                } else {
                    Session inner = desk.open(outer, "b", Optional.of(wanted));
                    assertThat(((BoxHandle) inner.caller()).rights()).isEqualTo(both);
                    end(desk, inner);
                }
            }
            end(desk, outer);
            assertThatThrownBy(() -> desk.open(desk.session(EVE), "b", Optional.of(rights)))
                    .isInstanceOf(Refused.NoSuchBox.class);
        }
    }
}
