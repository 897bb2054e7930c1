package org.fdbox.daemon.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A policy in words, for people: which rule gives whom what.
public final class Explanation {

    private final List<String> lines = new ArrayList<>();

    private Explanation() {}

    /// A line each.
    public static List<String> of(Policy policy) {
        var explanation = new Explanation();
        boolean more = true;
        for (Rule rule : policy.rules()) {
            explanation.add(rule, more);
            more &= !rule.isForEverybody();
        }
        if (more) {
            String rest = policy.rules().isEmpty() ? "everybody" : "everybody else";
            explanation.add(rest, Rule.forTheRest(policy.limits()));
        }
        return explanation.lines;
    }

    private void add(Rule rule, boolean reached) {
        add("rule \"" + rule.name() + "\", for " + whom(rule), rule);
        if (!reached) {
            lines.add("  never used: a rule before it is for everybody");
        }
    }

    private void add(String head, Rule rule) {
        lines.add(head + ":");
        lines.add("  creates " + boxes(rule));
        lines.add("  puts " + kinds(rule));
        Limits limits = rule.limits();
        lines.add("  has at most " + limits.boxes() + " boxes, " + limits.entries() + " entries, "
                + limits.leases() + " leases, " + limits.connections() + " connections");
        lines.add("  has contents saved of " + (limits.payloadBytes() == Limits.UNBOUNDED
                ? "any size"
                : "at most " + limits.payloadBytes() + " bytes"));
    }

    private static String whom(Rule rule) {
        if (rule.isForEverybody()) {
            return "everybody";
        }
        var whom = new ArrayList<String>();
        if (!rule.users().isEmpty()) {
            whom.add("users with uid " + numbers(rule.users()));
        }
        if (!rule.groups().isEmpty()) {
            whom.add("members of groups with gid " + numbers(rule.groups()));
        }
        return String.join(", and ", whom);
    }

    private static String numbers(Set<Integer> ids) {
        return ids.stream().map(Integer::toUnsignedLong).sorted().map(String::valueOf)
                .collect(Collectors.joining(", "));
    }

    private static String boxes(Rule rule) {
        if (rule.boxes().isEmpty()) {
            return "boxes of any name";
        }
        List<Glob> globs = rule.boxes().get();
        return globs.isEmpty()
                ? "no boxes"
                : "boxes named " + globs.stream().map(Glob::pattern).collect(Collectors.joining(", "));
    }

    private static String kinds(Rule rule) {
        if (rule.kinds().isEmpty()) {
            return "every kind";
        }
        Set<String> kinds = rule.kinds().get();
        return kinds.isEmpty() ? "nothing" : String.join("; ", new TreeSet<>(kinds));
    }
}
