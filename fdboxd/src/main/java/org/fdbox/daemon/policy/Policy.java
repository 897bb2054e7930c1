package org.fdbox.daemon.policy;

import java.util.List;
import java.util.function.ToIntFunction;
import org.fdbox.sys.PeerCredentials;

/// All rules, in order: the first that is for a user is the user's, whole.
///
/// @param rules as they were written
/// @param limits of those whom no rule is for; they may create any box and put every kind
public record Policy(List<Rule> rules, Limits limits) {

    /// The policy that knows no rules.
    public static Policy of(Limits limits) {
        return new Policy(List.of(), limits);
    }

    /// The user's rule.
    public Rule ruleFor(PeerCredentials who) {
        return rules.stream().filter(rule -> rule.isFor(who)).findFirst()
                .orElseGet(() -> Rule.forTheRest(limits));
    }

    /// The most of something that the rules give any user of this uid, whose groups are not known.
    int mostFor(int uid, ToIntFunction<Limits> limit) {
        int most = 0;
        for (Rule rule : rules) {
            boolean theirs = rule.isForEverybody() || rule.users().contains(uid);
            if (theirs || !rule.groups().isEmpty()) {
                most = Math.max(most, limit.applyAsInt(rule.limits()));
            }
            if (theirs) {
                return most;
            }
        }
        return Math.max(most, limit.applyAsInt(limits));
    }
}
