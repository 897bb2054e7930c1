package org.fdbox.daemon.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.sys.PeerCredentials;

/// What some users may do.
///
/// @param name of the rule, for people
/// @param users by uid
/// @param groups by gid, a user's own or supplementary; a rule that names neither users nor groups is for everybody
/// @param boxes names that a new box may have; empty: any
/// @param kinds by `compatible`, of descriptors that may be put; empty: all
public record Rule(
        String name,
        Set<Integer> users,
        Set<Integer> groups,
        Optional<List<Glob>> boxes,
        Optional<Set<String>> kinds,
        Limits limits) {

    /// The rule for whoever no other one is for.
    ///
    /// @param limits all that it bounds
    static Rule forTheRest(Limits limits) {
        return new Rule("the rest", Set.of(), Set.of(), Optional.empty(), Optional.empty(), limits);
    }

    boolean isFor(PeerCredentials who) {
        return isForEverybody() || users.contains(who.uid()) || groups.stream().anyMatch(who::inGroup);
    }

    public boolean isForEverybody() {
        return users.isEmpty() && groups.isEmpty();
    }

    /// Whether a new box may have this name.
    public boolean allowsBox(String box) {
        return boxes.isEmpty() || boxes.get().stream().anyMatch(glob -> glob.matches(box));
    }

    /// Whether a descriptor of this kind may be put.
    public boolean allowsKind(String compatible) {
        return kinds.isEmpty() || kinds.get().contains(compatible);
    }
}
