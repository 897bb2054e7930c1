package org.fdbox.daemon.box;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Boxes of a test's own, which remember what they let go of. Whatever is still in them is closed with this.
final class Shelves implements AutoCloseable {

    static final int LIMIT = 10_000;
    static final Limits LIMITS = Allowing.limits(10, 50);
    static final Content.Kind KIND = new Content.Kind("test,kind-v1", "kind", Survival.CONTENTS, null, false);

    final DescriptorBudget budget = new DescriptorBudget(LIMIT, 0);
    final List<OwnedFd> disposed = new CopyOnWriteArrayList<>();
    final PolicyInForce policy;
    final Boxes boxes;

    Shelves() {
        this(LIMITS);
    }

    Shelves(Limits limits) {
        this(limits, Events.NONE);
    }

    Shelves(Limits limits, Events events) {
        policy = new PolicyInForce(Policy.of(limits));
        boxes = Boxes.empty(policy, budget, this::dispose, events,
                InstantSource.fixed(Instant.ofEpochSecond(7)), Safekeeping.NONE);
    }

    private void dispose(Content.Held held, int uid, Runnable closed) {
        disposed.add(held.fd());
        held.fd().close();
        closed.run();
    }

    BoxStore store() {
        return boxes.store();
    }

    /// A new descriptor in a box.
    ///
    /// @return the store's; closed once the store let go of it
    OwnedFd put(PeerCredentials who, String box, String name) throws Refused {
        return put(who, box, name, false);
    }

    OwnedFd put(PeerCredentials who, String box, String name, boolean replace) throws Refused {
        OwnedFd fd = Memfd.create(name);
        boolean stored = false;
        try {
            store().put(Caller.of(who), box, List.of(new Entry(name, new Content.Held(fd, KIND), who, 1)),
                    replace);
            stored = true;
            return fd;
        } finally {
            if (!stored) {
                fd.close();
            }
        }
    }

    static Entry pending(String name, PeerCredentials putter) {
        return new Entry(name, new Content.Pending("test,unknown-v1", "nobody knows it", Map.of()), putter,
                1);
    }

    Handout handOut(PeerCredentials who, String box, Purpose purpose, LeaseHolder holder, String... names)
            throws Refused {
        return boxes.handouts().start(Caller.of(who), box, Optional.of(List.of(names)), purpose, holder, 253);
    }

    int delete(PeerCredentials who, String box) throws Refused {
        return store().delete(who, box, () -> {});
    }

    void seal(String box) throws Refused {
        try (Transition sealing = boxes.seals().startSealing(Caller.of(Users.ROOT), box)) {
            sealing.complete();
        }
    }

    void unseal(String box) throws Refused {
        try (Transition unsealing = boxes.seals().startUnsealing(Caller.of(Users.ROOT), box)) {
            unsealing.complete();
        }
    }

    List<String> names(String box) throws Refused {
        try (Look look = boxes.looks().look(Caller.of(Users.ROOT), box)) {
            return look.infos().stream().map(EntryInfo::name).toList();
        }
    }

    EntryInfo.State state(String box, String name) throws Refused {
        try (Look look = boxes.looks().look(Caller.of(Users.ROOT), box)) {
            return look.infos().stream().filter(info -> info.name().equals(name)).findFirst().orElseThrow()
                    .state();
        }
    }

    /// How many more entries the descriptor budget has room for.
    int room() {
        int room = 0;
        while (budget.addEntries(1)) {
            room++;
        }
        budget.release(room);
        return room;
    }

    @Override
    public void close() {
        try {
            for (var box : store().list(Caller.of(Users.ROOT))) {
                delete(Users.ROOT, box.name());
            }
        } catch (Refused stillInUse) {
            throw new AssertionError("the test left a box in use", stillInUse);
        }
    }
}
