package org.fdbox.daemon.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Caller;
import org.fdbox.sys.PeerCredentials;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/// One event of the audit, as it is put together: who, what, outcome. Clients choose some of the values, so each is bounded; who
/// writes them down sees to it that none can look like something else.
final class AuditEvent {

    /// The longest name that there is.
    private static final int MOST_CHARACTERS = 255;
    /// Of a list in all, so that a line stays one in the journal (LineMax= of journald.conf(5), 48 KiB).
    private static final int MOST_IN_LIST = 4096;

    private final Map<String, Object> values = new LinkedHashMap<>();

    private AuditEvent() {}

    /// Of a user, whatever the connection.
    static AuditEvent of(int uid) {
        return new AuditEvent().number("uid", Integer.toUnsignedLong(uid));
    }

    static AuditEvent of(Session session) {
        PeerCredentials account = session.caller().account();
        AuditEvent event = of(account.uid()).number("gid", Integer.toUnsignedLong(account.gid()));
        switch (session.caller()) {
            case Caller.Peer _ -> event.number("pid", account.pid());
            case BoxHandle handle -> event.text("handle", handle.box());
        }
        return event.number("conn", session.id());
    }

    AuditEvent verb(String verb) {
        return text("verb", verb);
    }

    AuditEvent box(String box) {
        return text("box", box);
    }

    AuditEvent names(Collection<String> names) {
        return list("names", names);
    }

    AuditEvent compatible(Collection<String> kinds) {
        return list("compatible", kinds);
    }

    AuditEvent text(String key, String value) {
        values.put(key, shortened(value));
        return this;
    }

    AuditEvent number(String key, long value) {
        values.put(key, value);
        return this;
    }

    AuditEvent id(String key, OptionalInt id) {
        id.ifPresent(number -> number(key, Integer.toUnsignedLong(number)));
        return this;
    }

    /// Only where it is set.
    AuditEvent flag(String key, boolean value) {
        if (value) {
            values.put(key, true);
        }
        return this;
    }

    /// As many as there is room for, and how many more there are. A later list of the same key counts instead.
    AuditEvent list(String key, Collection<String> all) {
        var told = new ArrayList<String>();
        int room = MOST_IN_LIST;
        for (String one : all) {
            String text = shortened(one);
            room -= text.length();
            if (room < 0) {
                break;
            }
            told.add(text);
        }
        values.remove(key + "Untold");
        if (!all.isEmpty()) {
            values.put(key, List.copyOf(told));
        }
        if (told.size() < all.size()) {
            number(key + "Untold", all.size() - told.size());
        }
        return this;
    }

    /// A refused name can be anything, and a whole message long.
    private static String shortened(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
    }

    /// Says it.
    void log(Logger log) {
        LoggingEventBuilder event = log.atInfo();
        values.forEach((key, value) -> {
            event.addKeyValue(key, value);
        });
        event.log("audit");
    }
}
