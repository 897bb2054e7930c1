package org.fdbox.daemon.dispatch;

import java.util.List;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Elsewhere;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Transition;
import org.fdbox.protocol.Holder;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.FileHolder;
import org.fdbox.sys.FileHolders;
import org.fdbox.sys.HolderSearch;
import org.fdbox.sys.OwnedFd;

/// Holders, and what Seal asks with exclusive: who else has a file open.
final class HolderVerb {

    private final Boxes boxes;

    HolderVerb(Boxes boxes) {
        this.boxes = boxes;
    }

    Answer holders(Request.Holders request, Session session) throws Refused {
        Look look = boxes.looks().look(session.caller(), request.box(), request.name());
        return new Answer.Later(new Answer.Work() {
            @Override
            public Answer get() {
                try (look) {
                    List<OwnedFd> file = descriptors(look.entries());
                    FileHolders found = HolderSearch.of(file, List.of());
                    return Answer.of(
                            new Reply.HoldersFound(shown(found.of(file.getFirst())), found.complete()));
                }
            }

            @Override
            public void abandon() {
                look.close();
            }

            @Override
            public Answer.Meanwhile meanwhile() {
                return Answer.Meanwhile.REPEATED;
            }
        });
    }

    /// Looks for processes, and for other boxes, that have a file of this box open. May take long.
    ///
    /// @return whether every process could be looked into
    /// @throws Refused.FdLeased with the first entry of which a copy is on its way to somebody
    /// @throws Refused.FdBusy with the first entry that somebody else holds
    boolean requireNobodyElse(Transition transition) throws Refused.FdLeased, Refused.FdBusy {
        transition.requireNoCopyOnItsWay();
        try (Elsewhere elsewhere = boxes.seals().elsewhere(transition)) {
            FileHolders found = HolderSearch.of(descriptors(transition.entries()), elsewhere.descriptors());
            for (Entry entry : transition.entries()) {
                List<Holder> holders =
                        entry.content().descriptor().map(found::of).map(this::shown).orElse(List.of());
                if (!holders.isEmpty()) {
                    throw new Refused.FdBusy(transition.box(), entry.name(),
                            new Reply.HoldersFound(holders, found.complete()));
                }
            }
            return found.complete();
        }
    }

    private static List<OwnedFd> descriptors(List<Entry> entries) {
        return entries.stream().flatMap(entry -> entry.content().descriptor().stream()).toList();
    }

    /// Whoever only keeps it for the boxes does nothing with it.
    private List<Holder> shown(List<FileHolder> holders) {
        return holders.stream()
                .filter(holder -> !boxes.safekeeping().isKeeper(holder.pid()))
                .map(holder -> new Holder(holder.pid(), holder.descriptor(), holder.command()))
                .toList();
    }
}
