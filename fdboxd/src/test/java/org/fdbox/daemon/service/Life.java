package org.fdbox.daemon.service;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Events;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;

/// Boxes of one process.
final class Life {

    static final Content.Kind KIND = new Content.Kind("test,kind-v1", "kind",
            EntryInfo.Survival.LIVE, null, false);
    private static final Caller ROOT = Caller.of(Users.ROOT);

    final Survival survival;
    final Boxes boxes;

    Life(Survival survival) {
        this.survival = survival;
        this.boxes = boxes(survival);
    }

    private static Boxes boxes(Survival survival) {
        return Boxes.empty(Allowing.entries(10, 100_000), new DescriptorBudget(1_000_000, 0),
                (held, _, closed) -> {
                    held.fd().close();
                    closed.run();
                }, Events.NONE, InstantSource.fixed(Instant.ofEpochSecond(7)), survival.safekeeping());
    }

    void put(String name, OwnedFd fd) throws Refused {
        boxes.store().put(ROOT, "b", List.of(new Entry(name, new Content.Held(fd, KIND), Users.ROOT, 1)),
                false);
    }

    void drop(String name) throws Refused {
        boxes.store().drop(ROOT, "b", name);
    }

    void letGoOfAll() {
        try (Stock stock = boxes.inventory().look(() -> {})) {
            stock.boxes().forEach(box -> box.entries()
                    .forEach(entry -> entry.content().descriptor().ifPresent(OwnedFd::close)));
        }
    }
}
