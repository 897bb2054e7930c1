package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.spi.PreservingHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a service manager had the kernel carry over a kexec is open, and not as it was: it can be written to where it could only be
/// read, or has lost its seals. It is made again, of its own contents and of what the manifest says. One object a recovery.
final class Repair {

    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

    private final HandlerRegistry handlers;
    private final Remake remake;
    private final PayloadFolder folder;
    private final boolean overKexec;
    private final List<Entry> replaced = new ArrayList<>();

    /// @param overKexec whether the manifest was written before the last boot
    Repair(HandlerRegistry handlers, Remake remake, PayloadFolder folder, boolean overKexec) {
        this.handlers = handlers;
        this.remake = remake;
        this.folder = folder;
        this.overKexec = overKexec;
    }

    /// Whether an entry that is alive is not what its node says.
    boolean isNeeded(Entry live, Map<String, Object> node) {
        return overKexec && EntryNode.hasContents(node)
                && live.content().compatible().equals(EntryNode.text(node, EntryNode.COMPATIBLE))
                && handlers.named(live.content().compatible()).orElse(null) instanceof PreservingHandler;
    }

    /// The entry as it was; as it is, where it cannot be made again.
    ///
    /// @param made what its open file has become already under another name, or null
    /// @param live belongs to this, if another entry is returned
    Entry of(String box, Entry live, Map<String, Object> node, Content.Held made, Recovery session) {
        Content again = made != null
                ? new Content.Held(made.fd().dup(), made.kind())
                : remake.of(box, node,
                        session.of(folder, node, live.content().descriptor().orElseThrow()));
        return switch (again) {
            case Content.Held held -> {
                replaced.add(live);
                yield new Entry(live.name(), held, live.putter(), live.putUSec());
            }
            case Content.Pending(_, var reason, _) -> {
                LOG.warn("box={} entry={} lost its seals and flags over the kexec: {}", box, live.name(),
                        reason);
                yield live;
            }
        };
    }

    /// Those for which there are others now.
    List<Entry> replaced() {
        return replaced;
    }
}
