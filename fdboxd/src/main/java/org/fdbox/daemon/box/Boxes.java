package org.fdbox.daemon.box;

import java.time.InstantSource;
import org.fdbox.daemon.policy.PolicyInForce;

/// The ways to use one set of boxes.
///
/// @param store boxes and entries
/// @param handouts what leaves
/// @param seals what is closed, saved and brought back
/// @param pendings what could not be brought back yet
/// @param policy who may hold how much
public record Boxes(BoxStore store, Handouts handouts, Seals seals, Pendings pendings, PolicyInForce policy) {

    /// @param policy who may hold how much
    /// @param budget the descriptor numbers that entries may use
    /// @param disposal closes what is let go of
    /// @param events told of every change
    /// @param clock for the times that entries and boxes carry
    public static Boxes empty(PolicyInForce policy, DescriptorBudget budget, Disposal disposal,
            Events events, InstantSource clock) {
        var shelf = new Shelf(policy, budget, disposal, events, clock);
        return new Boxes(new BoxStore(shelf), new Handouts(shelf), new Seals(shelf), new Pendings(shelf),
                policy);
    }
}
