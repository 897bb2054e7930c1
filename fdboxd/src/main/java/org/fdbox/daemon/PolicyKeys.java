package org.fdbox.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fdbox.daemon.policy.Glob;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.sys.UserDatabase;

/// The policy, as the configuration file has it: `limits` for each user, and the rules of `policy`, which may say otherwise.
final class PolicyKeys {

    private static final int MANY = 1_000_000;
    private static final long MUCH = 1L << 60;

    private PolicyKeys() {}

    /// The limits of whom no rule is for.
    ///
    /// @param limits the key of that name
    static Limits forEach(Keys limits) {
        return new Limits(
                limits.number("boxesPerUid", 10_000, 0, MANY),
                limits.number("entriesPerUid", 100_000, 0, MANY),
                limits.number("leasesPerUid", 100_000, 0, MANY),
                limits.number("connectionsPerUid", 20_000, 1, MANY),
                limits.bigNumber("payloadBytesPerUid", Limits.UNBOUNDED, 0, MUCH));
    }

    /// @param keys the whole file
    static Policy read(Keys keys, Limits limits) {
        var rules = new ArrayList<Rule>();
        for (Keys rule : keys.objects("policy")) {
            rules.add(rule(rule, rules.size() + 1, limits));
            rule.refuseOthers();
        }
        return new Policy(List.copyOf(rules), limits);
    }

    private static Rule rule(Keys keys, int number, Limits limits) {
        return new Rule(
                keys.string("name").orElse(Integer.toString(number)),
                ids(keys, "users", "user", UserDatabase::uid),
                ids(keys, "groups", "group", UserDatabase::gid),
                keys.has("boxes")
                        ? Optional.of(keys.strings("boxes").stream().map(Glob::new).toList())
                        : Optional.empty(),
                keys.has("kinds") ? Optional.of(keys.handlers("kinds")) : Optional.empty(),
                limits(keys.object("limits"), limits));
    }

    /// What a rule does not say is as for everybody.
    private static Limits limits(Keys keys, Limits otherwise) {
        var limits = new Limits(
                keys.number("boxes", otherwise.boxes(), 0, MANY),
                keys.number("entries", otherwise.entries(), 0, MANY),
                keys.number("leases", otherwise.leases(), 0, MANY),
                keys.number("connections", otherwise.connections(), 0, MANY),
                keys.bigNumber("payloadBytes", otherwise.payloadBytes(), 0, MUCH));
        keys.refuseOthers();
        return limits;
    }

    /// By name or number. A list that names nobody would make a rule for everybody.
    private static Set<Integer> ids(
            Keys keys, String key, String what, Function<String, OptionalInt> lookUp) {
        List<String> names = keys.strings(key);
        if (names.isEmpty() && keys.has(key)) {
            keys.fault(key, "left out, or name a " + what);
        }
        return names.stream()
                .flatMapToInt(name -> id(keys, key, what, name, lookUp).stream())
                .boxed()
                .collect(Collectors.toSet());
    }

    private static OptionalInt id(
            Keys keys, String key, String what, String name, Function<String, OptionalInt> lookUp) {
        boolean isNumber = name.matches("\\d{1,10}") && Long.parseLong(name) < 1L << 32;
        OptionalInt id = isNumber ? OptionalInt.of((int) Long.parseLong(name)) : lookUp.apply(name);
        if (id.isEmpty()) {
            keys.fault(key, "of " + what + "s of this system, and \"" + name + "\" is none");
        }
        return id;
    }
}
