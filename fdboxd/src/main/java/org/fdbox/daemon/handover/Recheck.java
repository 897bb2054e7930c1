package org.fdbox.daemon.handover;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Withheld;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.PolicyInForce;
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
    Optional<Withheld> of(Access access, Collection<Entry> content) {
        int owned = boxes.merge(access.owner(), 1, Integer::sum);
        String why = null;
        for (Entry entry : content) {
            int uid = entry.putter().uid();
            int most = rules.policy().limitsFor(entry.putter()).entries();
            if (entries.merge(uid, 1, Integer::sum) > most) {
                why = "uid " + Integer.toUnsignedString(uid) + " has more entries than its limit, " + most
                        + ", allows";
            }
        }
        int mostBoxes = rules.policy().mostFor(access.owner(), Limits::boxes);
        if (owned > mostBoxes) {
            why = owner(access) + " has more boxes than its limit, " + mostBoxes + ", allows";
        } else if (rules.ownersMustBeKnown() && !isKnown(access.owner())) {
            why = owner(access) + " is not in the user database";
        }
        return Optional.ofNullable(why).map(reason -> new Withheld(access, reason));
    }

    private static String owner(Access access) {
        return "its owner, uid " + Integer.toUnsignedString(access.owner()) + ",";
    }

    private boolean isKnown(int uid) {
        return known.computeIfAbsent(uid, UserDatabase::has);
    }
}
