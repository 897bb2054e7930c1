package org.fdbox.daemon.handover;

import java.util.LinkedHashMap;
import java.util.List;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Pendings;
import org.fdbox.daemon.box.Waiting;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the daemon's own handlers once more for what they could not make at recovery: a file system may be mounted by now, or
/// an address free.
public final class Retry {

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

    private final HandlerRegistry handlers;
    private final StateDirectory directory;
    private final Journal journal;
    private final Pendings pendings;
    private final Waitlist waitlist;

    public Retry(Handover handover, Pendings pendings) {
        this.handlers = handover.handlers();
        this.directory = handover.directory();
        this.journal = handover.journal();
        this.pendings = pendings;
        this.waitlist = new Waitlist(pendings, handover);
    }

    /// Tries everything that is pending in a box, and the same open files in others. May block. What cannot be made waits on,
    /// with the new reason.
    ///
    /// @param uid whose wish it is
    public void box(String name, int uid) {
        var remake = new Remake(handlers);
        try (var session = new Recovery(Incoming.none())) {
            for (List<Waiting> group : waitlist.groups(waiting -> isOurs(waiting, name))) {
                again(group, uid, remake, session);
            }
        }
    }

    private boolean isOurs(Waiting waiting, String box) {
        return waiting.box().equals(box)
                && handlers.named(waiting.entry().content().compatible()).isPresent();
    }

    /// With the rights of each putter in turn, until one could.
    private void again(List<Waiting> group, int uid, Remake remake, Recovery session) {
        var reasons = new LinkedHashMap<Waiting, String>();
        for (Waiting name : group) {
            switch (remake.of(name.box(), name.saved(), session.of(directory.payloads(), name.saved()))) {
                case Content.Pending(_, var reason, _) -> reasons.put(name, reason);
                case Content.Held(var fd, var kind) -> {
                    hold(group, uid, fd, kind);
                    return;
                }
            }
        }
        reasons.forEach((name, reason) -> pendings.explain(List.of(name), reason));
    }

    private void hold(List<Waiting> group, int uid, OwnedFd made, Content.Kind kind) {
        try (made) {
            boolean held = pendings.hold(uid, group, made, kind, false,
                    journal::finish);
            if (held) {
                LOG.info("restored {} entries of box={} after all, the first is {}", group.size(),
                        group.getFirst().box(), group.getFirst().entry().name());
            }
        } catch (Refused | SystemCallException unable) {
            pendings.explain(group, unable.getMessage());
        }
    }
}
