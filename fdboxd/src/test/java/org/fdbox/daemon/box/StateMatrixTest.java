package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of states of fdbox-semantics.md: every operation on a box in every state, done or refused with
/// the one right error.
@ExtendWith(NothingLeaks.class)
class StateMatrixTest {

    private final LeaseHolder somebody = new LeaseHolder();
    private final LeaseHolder me = new LeaseHolder();

    private interface Operation {
        void run(Shelves shelves) throws Refused;
    }

    /// @param state of box "b" and its entry "e"
    @ParameterizedTest(name = "{0} of a box that is {1}: {2}")
    @CsvSource({
        "put, open, done", "put, sealed, BoxSealed", "put, leased, done", "put, pending, BoxSealed",
        "put, sealing, BoxSealed", "put, unsealing, BoxSealed", "put, openPending, done",
        "put, frozen, BoxSealed",
        "replace, open, done", "replace, sealed, BoxSealed", "replace, leased, FdLeased",
        "replace, pending, BoxSealed", "replace, sealing, BoxSealed", "replace, unsealing, BoxSealed",
        "replace, openPending, FdPending", "replace, frozen, BoxSealed",
        "putTaken, open, FdExists", "putTaken, sealed, BoxSealed", "putTaken, leased, FdExists",
        "putTaken, pending, BoxSealed", "putTaken, openPending, FdExists",
        "get, open, done", "get, sealed, BoxSealed", "get, leased, FdLeased", "get, pending, BoxSealed",
        "get, sealing, BoxSealed", "get, unsealing, BoxSealed", "get, openPending, FdPending",
        "get, frozen, BoxSealed",
        "copy, open, done", "copy, sealed, BoxSealed", "copy, leased, FdLeased", "copy, pending, BoxSealed",
        "copy, sealing, BoxSealed", "copy, unsealing, BoxSealed", "copy, openPending, FdPending",
        "lease, open, done", "lease, sealed, BoxSealed", "lease, leased, FdLeased",
        "lease, openPending, FdPending",
        "getAll, open, done", "getAll, leased, FdLeased", "getAll, openPending, FdPending",
        "getAll, sealed, BoxSealed",
        "drop, open, done", "drop, sealed, BoxSealed", "drop, leased, FdLeased", "drop, pending, done",
        "drop, sealing, BoxSealed", "drop, unsealing, BoxSealed", "drop, openPending, done",
        "drop, frozen, BoxSealed", "drop, frozenPending, HandoverInProgress",
        "seal, open, done", "seal, sealed, BoxSealed", "seal, leased, FdLeased", "seal, pending, BoxSealed",
        "seal, sealing, BoxSealed", "seal, unsealing, BoxSealed", "seal, openPending, done",
        "unseal, open, BoxNotSealed", "unseal, sealed, done", "unseal, leased, BoxNotSealed",
        "unseal, pending, done", "unseal, sealing, BoxSealed", "unseal, unsealing, BoxSealed",
        "unseal, frozen, HandoverInProgress", "unseal, frozenPending, HandoverInProgress",
        "delete, open, done", "delete, sealed, done", "delete, leased, FdLeased", "delete, pending, done",
        "delete, sealing, BoxSealed", "delete, unsealing, BoxSealed", "delete, openPending, done",
        "delete, frozen, HandoverInProgress", "delete, frozenPending, HandoverInProgress",
        "setAccess, open, done", "setAccess, sealed, done", "setAccess, leased, done",
        "setAccess, pending, done",
        "setAccess, sealing, BoxSealed", "setAccess, unsealing, BoxSealed",
        "list, open, done", "list, sealed, done", "list, leased, done", "list, pending, done",
        "list, sealing, done", "list, unsealing, done", "list, frozen, done",
        "holders, open, done", "holders, sealed, done", "holders, leased, done",
        "holders, pending, FdPending", "holders, openPending, FdPending", "holders, sealing, done",
        "holders, unsealing, done", "holders, frozen, done", "holders, frozenPending, FdPending"
    })
    void answersAsTheTableSays(String operation, String state, String answer) throws Exception {
        try (var shelves = new Shelves()) {
            boolean pending =
                    state.equals("pending") || state.equals("openPending") || state.equals("frozenPending");
            begin(shelves, pending);
            try (AutoCloseable _ = enter(shelves, state)) {
                assertThat(answer(operation(operation), shelves)).isEqualTo(answer);
            }
            shelves.boxes.handouts().giveBack(somebody);
            shelves.boxes.handouts().giveBack(me);
        }
    }

    private static void begin(Shelves shelves, boolean pending) throws Refused {
        if (pending) {
            var access = new Access(ALICE.uid(), ALICE.gid(), 0700);
            shelves.boxes.seals().recover("b", access, 1, true, List.of(Shelves.pending("e", ALICE)),
                    Optional.empty());
        } else {
            shelves.store().create(ALICE, "b", 0700);
            shelves.put(ALICE, "b", "e");
        }
    }

    /// Brings the box into a state; closing what this answers ends it.
    private AutoCloseable enter(Shelves shelves, String state) throws Refused {
        Seals seals = shelves.boxes.seals();
        switch (state) {
            case "open", "pending" -> {
                // So it is from the beginning.
            }
            case "sealed" -> shelves.seal("b");
            case "openPending" -> shelves.unseal("b");
            case "leased" -> shelves.handOut(ALICE, "b", Purpose.LEASE, somebody, "e").sent();
            case "sealing" -> {
                return seals.startSealing(Caller.of(ROOT), "b");
            }
            case "unsealing" -> {
                shelves.seal("b");
                return seals.startUnsealing(Caller.of(ROOT), "b");
            }
            case "frozen" -> {
                shelves.seal("b");
                return seals.freeze();
            }
            case "frozenPending" -> {
                return seals.freeze();
            }
            default -> throw new AssertionError("no such state: " + state);
        }
        return () -> {};
    }

    private Operation operation(String name) {
        return switch (name) {
            case "put" -> shelves -> shelves.put(ALICE, "b", "other");
            case "putTaken" -> shelves -> shelves.put(ALICE, "b", "e");
            case "replace" -> shelves -> shelves.put(ALICE, "b", "e", true);
            case "get" -> shelves -> shelves.handOut(ALICE, "b", Purpose.TAKE, me, "e").sent();
            case "copy" -> shelves -> shelves.handOut(ALICE, "b", Purpose.COPY, me, "e").sent();
            case "lease" -> shelves -> shelves.handOut(ALICE, "b", Purpose.LEASE, me, "e").sent();
            case "getAll" -> shelves -> shelves.boxes.handouts()
                    .start(Caller.of(ALICE), "b", Optional.empty(), Purpose.TAKE, me, 253)
                    .sent();
            case "drop" -> shelves -> shelves.store().drop(Caller.of(ALICE), "b", "e");
            case "seal" -> shelves -> shelves.seal("b");
            case "unseal" -> shelves -> shelves.unseal("b");
            case "delete" -> shelves -> shelves.delete(ALICE, "b");
            case "setAccess" -> shelves -> shelves.store()
                    .setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0755));
            case "list" -> shelves -> shelves.names("b");
            case "holders" -> shelves -> shelves.boxes.looks().look(Caller.of(ALICE), "b", "e").close();
            default -> throw new AssertionError("no such operation: " + name);
        };
    }

    private static String answer(Operation operation, Shelves shelves) {
        try {
            operation.run(shelves);
            return "done";
        } catch (Refused refused) {
            return refused.getClass().getSimpleName();
        }
    }
}
