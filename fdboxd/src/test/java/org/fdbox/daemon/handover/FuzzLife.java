package org.fdbox.daemon.handover;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.dispatch.Watchers;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.LiveUpdate;

/// One recovery and what comes of it, with as little around it as there can be: there are very many.
final class FuzzLife implements AutoCloseable {

    private static final Caller ROOT = Caller.of(Users.ROOT);

    private final PolicyInForce policy = Allowing.entries(100, 10_000);
    private final Boxes boxes;
    private final Handover handover;

    /// @param state stays the caller's
    FuzzLife(StateDirectory state, FdHandler handler) {
        var watchers = new Watchers();
        var clock = Clock.systemUTC();
        boxes = Boxes.empty(policy, new DescriptorBudget(100_000, 0), (held, _, closed) -> {
            held.fd().close();
            closed.run();
        }, watchers, clock, Safekeeping.NONE);
        handover = new Handover(new HandlerRegistry(List.of(handler), Set.of()), state, boxes.seals(), policy,
                clock,
                new Notice(watchers, clock),
                new Kexec(Use.OFF, new LiveUpdate(), Holder.NOBODY), "test");
    }

    void recover() throws Exception {
        handover.recover(true, List.of(), 10_000, new Recheck.Rules(policy, 777, false));
    }

    void save() throws Refused {
        handover.save(Optional.empty(), _ -> {});
    }

    /// All that is in the boxes, as "box/entry", and the boxes with their access.
    List<String> told() throws Refused {
        var told = new TreeSet<String>();
        for (BoxInfo box : boxes.store().list(ROOT)) {
            told.add(box.toString());
            for (Entry entry : entries(box)) {
                told.add(box.name() + "/" + entry.name());
                told.add(box.name() + "/" + entry.name() + " " + entry.putter() + " " + content(entry));
            }
        }
        return List.copyOf(told);
    }

    private static String content(Entry entry) {
        return switch (entry.content()) {
            case Content.Held held -> held.compatible() + " " + Fds.text(held.fd());
            case Content.Pending pending -> pending.compatible();
        };
    }

    private List<Entry> entries(BoxInfo box) throws Refused {
        try (Look look = boxes.looks().look(ROOT, box.name())) {
            return new ArrayList<>(look.entries());
        }
    }

    /// What is in the files that are held.
    Set<String> contents() throws Refused {
        var contents = new HashSet<String>();
        for (BoxInfo box : boxes.store().list(ROOT)) {
            for (Entry entry : entries(box)) {
                if (entry.content() instanceof Content.Held held) {
                    contents.add(Fds.text(held.fd()));
                }
            }
        }
        return contents;
    }

    @Override
    public void close() throws Refused {
        for (BoxInfo box : boxes.store().list(ROOT)) {
            boxes.store().delete(Users.ROOT, box.name(), () -> {});
        }
    }
}
