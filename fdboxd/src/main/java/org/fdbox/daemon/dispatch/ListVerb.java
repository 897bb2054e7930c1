package org.fdbox.daemon.dispatch;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Looks;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// List: the entries of a box with what their handlers can tell now, in pages if the caller takes several replies.
final class ListVerb {

    private static final Logger LOG = LoggerFactory.getLogger(ListVerb.class);
    private static final int PAGE = 250;
    /// A property of every kind, beside those that the handler tells.
    private static final String PINS = "pins";

    private final Looks looks;
    private final HandlerRegistry handlers;

    ListVerb(Looks looks, HandlerRegistry handlers) {
        this.looks = looks;
        this.handlers = handlers;
    }

    Answer list(Request.ListEntries request, Session session, boolean more) throws Refused {
        var listing = new Listing(looks.look(session.caller(), request.box()), more);
        return new Answer.Later(listing);
    }

    /// One listing under way. Keeps what it lists open until its last page, or until nobody wants it.
    private final class Listing implements Answer.Work {
        private final Look look;
        private final boolean paged;
        private Map<OwnedFd, String> aliases;
        private int next;

        Listing(Look look, boolean paged) {
            this.look = look;
            this.paged = paged;
        }

        @Override
        public Answer get() {
            boolean another = false;
            try {
                if (aliases == null) {
                    aliases = aliases(look);
                }
                int end = paged ? Math.min(look.entries().size(), next + PAGE) : look.entries().size();
                var reply = new Reply.Entries(look.box(), entries(next, end));
                next = end;
                another = end < look.entries().size();
                return another ? new Answer.Page(reply, this) : Answer.of(reply);
            } finally {
                if (!another) {
                    abandon();
                }
            }
        }

        @Override
        public void abandon() {
            look.close();
        }

        private List<EntryInfo> entries(int from, int to) {
            var infos = new ArrayList<EntryInfo>();
            var pins = new Pins();
            for (int i = from; i < to; i++) {
                EntryInfo info = look.infos().get(i);
                infos.add(switch (look.entries().get(i).content()) {
                    case Content.Held(var fd, _) ->
                        info.with(Optional.ofNullable(aliases.get(fd)), describe(info, fd, pins));
                    case Content.Pending _ -> info;
                });
            }
            return infos;
        }
    }

    private Map<String, Object> describe(EntryInfo info, OwnedFd fd, Pins pins) {
        var properties = new LinkedHashMap<>(told(info.compatible(), fd));
        Map<String, Object> pinned = pinned(info.name(), fd, pins);
        if (!pinned.isEmpty()) {
            properties.put(PINS, pinned);
        }
        return properties;
    }

    private Map<String, Object> told(String compatible, OwnedFd fd) {
        try {
            return handlers.named(compatible).map(handler -> handler.describe(fd)).orElse(Map.of());
        } catch (RuntimeException fault) {
            LOG.warn("handler {} failed to describe an entry", compatible, fault);
            return Map.of();
        }
    }

    private static Map<String, Object> pinned(String name, OwnedFd fd, Pins pins) {
        try {
            return pins.of(fd);
        } catch (RuntimeException fault) {
            LOG.warn("what the entry {} pins cannot be told: {}", name, fault.getMessage());
            return Map.of();
        }
    }

    /// The name of the first entry that is the same open file description, for each that is not the first.
    private static Map<OwnedFd, String> aliases(Look look) {
        var names = new IdentityHashMap<OwnedFd, String>();
        var descriptors = new ArrayList<OwnedFd>();
        for (Entry entry : look.entries()) {
            if (entry.content() instanceof Content.Held(var fd, _)) {
                names.put(fd, entry.name());
                descriptors.add(fd);
            }
        }
        var aliases = new IdentityHashMap<OwnedFd, String>();
        SameDescription.aliases(descriptors).forEach((fd, first) -> aliases.put(fd, names.get(first)));
        return aliases;
    }
}
