package org.fdbox.daemon.box;

import java.time.InstantSource;
import org.fdbox.daemon.policy.PolicyInForce;

/// The ways to use one set of boxes.
///
/// @param store boxes and entries
/// @param looks what is in them
/// @param handouts what leaves
/// @param seals what is closed, saved and brought back
/// @param pendings what could not be brought back yet
/// @param inventory all of it at once, for another process
/// @param safekeeping who keeps what they hold, should this process die
/// @param policy who may hold how much
public record Boxes(BoxStore store, Looks looks, Handouts handouts, Seals seals, Pendings pendings,
        Inventory inventory, Safekeeping safekeeping, PolicyInForce policy) {

    /// @param policy who may hold how much
    /// @param budget the descriptor numbers that entries may use
    /// @param disposal closes what is let go of
    /// @param events told of every change
    /// @param clock for the times that entries and boxes carry
    /// @param safekeeping told of every change
    public static Boxes empty(PolicyInForce policy, DescriptorBudget budget, Disposal disposal,
            Events events, InstantSource clock, Safekeeping safekeeping) {
        var shelf = new Shelf(policy, budget, disposal, events, clock, safekeeping);
        return new Boxes(new BoxStore(shelf), new Looks(shelf), new Handouts(shelf), new Seals(shelf),
                new Pendings(shelf), new Inventory(shelf), safekeeping, policy);
    }
}
