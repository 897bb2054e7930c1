package org.fdbox.daemon.policy;

import java.util.ArrayList;
import java.util.List;
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

    /// The rules of which one is the user's of this uid, whose groups are not known.
    List<Rule> rulesFor(int uid) {
        var theirs = new ArrayList<Rule>();
        for (Rule rule : rules) {
            boolean surely = rule.isForEverybody() || rule.users().contains(uid);
            if (surely || !rule.groups().isEmpty()) {
                theirs.add(rule);
            }
            if (surely) {
                return theirs;
            }
        }
        theirs.add(Rule.forTheRest(limits));
        return theirs;
    }
}
