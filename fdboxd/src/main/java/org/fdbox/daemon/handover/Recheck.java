package org.fdbox.daemon.handover;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Withheld;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.sys.UserDatabase;

/// What today's rules say of boxes that come back: they may have changed since the save. What fails is not thrown away, and not
/// handed to its owner either: the box is withheld. One object a recovery.
///
/// A kind that is switched off needs nobody here: its entries find no handler, and wait.
public final class Recheck {

    private static final int OWNER_ALL = 0700;

    private final Rules rules;
    private final Map<Integer, Integer> boxes = new HashMap<>();
    private final Map<Integer, Integer> entries = new HashMap<>();
    private final Map<Integer, Boolean> known = new HashMap<>();

    /// @param policy of an owner's groups nothing is known here, so the most generous of the rules that may be theirs counts
    /// @param ownUid the daemon's, who has what is withheld, as root has
    /// @param ownersMustBeKnown whether the owner of a box must be in the user database. Users of containers, and those that
    ///     systemd makes for a service, are alive without
    public record Rules(PolicyInForce policy, int ownUid, boolean ownersMustBeKnown) {
        /// Who may have a box that fails.
        Access ownersAlone() {
            return new Access(ownUid, 0, OWNER_ALL);
        }
    }

    Recheck(Rules rules) {
        this.rules = rules;
    }

    /// To be asked once for each box, in the manifest's order: what comes first has the room.
    Optional<Withheld> of(String box, Access access, Collection<Entry> content) {
        // Each of them is asked, since each counts.
        List<String> faults = content.stream().flatMap(entry -> fault(entry).stream()).toList();
        return fault(box, access)
                .or(() -> faults.stream().findFirst())
                .map(reason -> new Withheld(access, reason));
    }

    private Optional<String> fault(String box, Access access) {
        int owner = access.owner();
        int most = rules.policy().mostFor(owner, Limits::boxes);
        String its = "its owner, uid " + Integer.toUnsignedString(owner) + ",";
        if (boxes.merge(owner, 1, Integer::sum) > most) {
            return Optional.of(its + " has more boxes than its limit, " + most + ", allows");
        }
        if (!access.given() && !rules.policy().mayHaveBox(owner, box)) {
            return Optional.of(its + " may have no box of this name by the policy");
        }
        if (rules.ownersMustBeKnown() && !isKnown(owner)) {
            return Optional.of(its + " is not in the user database");
        }
        return Optional.empty();
    }

    /// One that is pending too: it may be made at any time.
    private Optional<String> fault(Entry entry) {
        Rule rule = rules.policy().ruleFor(entry.putter());
        int uid = entry.putter().uid();
        String putter = "uid " + Integer.toUnsignedString(uid);
        int most = rule.limits().entries();
        String compatible = entry.content().compatible();
        if (entries.merge(uid, 1, Integer::sum) > most) {
            return Optional.of(putter + " has more entries than its limit, " + most + ", allows");
        }
        if (!rule.allowsKind(compatible)) {
            return Optional.of("the policy does not let " + putter + ", who put " + entry.name() + ", put "
                    + compatible);
        }
        return Optional.empty();
    }

    private boolean isKnown(int uid) {
        return known.computeIfAbsent(uid, UserDatabase::has);
    }
}
