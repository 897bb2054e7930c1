package org.fdbox.daemon.dispatch;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.dispatch.Audited.Plane;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Interface;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of each request that puts or gets descriptors, seals, changes access or hands over: one event, once its outcome is known. The
/// logger `audit` is nobody else's, and the keys and values of its events are for programs as well. Safe for use by several threads.
public final class Audit {

    /// What is told.
    public enum Extent {
        /// Nothing.
        OFF,
        /// What was not granted.
        REFUSALS,
        /// That, and what was granted but for putting and getting.
        CONTROL,
        /// Everything.
        ALL
    }

    private static final String SERVICE = Interface.SERVICE.fullName() + ".";
    private static final Logger LOG = LoggerFactory.getLogger("audit");

    private final AuditBrake brake = new AuditBrake(System::nanoTime);
    private volatile Extent extent;

    public Audit(Extent extent) {
        this.extent = extent;
    }

    /// From now on.
    public void set(Extent changed) {
        extent = changed;
    }

    /// It was done.
    ///
    /// @param reply empty where replies have just begun
    public void granted(Session session, Request request, Optional<Reply> reply) {
        if (wantsGranted(request)) {
            AuditEvent event = event(session, request);
            reply.ifPresent(told -> Audited.tell(event, told));
            event.text("outcome", "granted").log(LOG);
        }
    }

    /// A registered handler has said what becomes of entries.
    ///
    /// @param entries "box/name" each
    public void restored(Session session, Request request, List<String> entries) {
        if (wantsGranted(request)) {
            event(session, request).names(entries).text("outcome", "granted").log(LOG);
        }
    }

    /// A handle was opened, and has left.
    public void opened(Session session, Request request, Set<HandleRight> rights) {
        if (wantsGranted(request)) {
            AuditEvent event = event(session, request);
            Audited.tell(event, rights);
            event.text("outcome", "granted").log(LOG);
        }
    }

    public void refused(Session session, Request request, Refused refused) {
        if (wantsRefusals() && Audited.plane(request) != Plane.LOOKING) {
            logBounded(session, refused(event(session, request), refused));
        }
    }

    /// What could not be read, whatever it would have been: only its words are known.
    public void unread(Session session, byte[] message, Refused refused) {
        if (wantsRefusals()) {
            Codec.attempted(message).filter(attempt -> !attempt.method().startsWith(SERVICE))
                    .ifPresent(attempt -> {
                        AuditEvent event = AuditEvent.of(session).verb(verb(attempt.method()));
                        attempt.box().ifPresent(event::box);
                        logBounded(session, refused(event, refused));
                    });
        }
    }

    private static String verb(String method) {
        for (Interface home : Interface.values()) {
            if (method.startsWith(home.fullName() + ".")) {
                return method.substring(home.fullName().length() + 1);
            }
        }
        return method;
    }

    /// It was neither granted nor refused.
    ///
    /// @param outcome in a word
    public void unfinished(Session session, Request request, String outcome) {
        if (wantsRefusals() && Audited.plane(request) != Plane.LOOKING) {
            logBounded(session, event(session, request).text("outcome", outcome));
        }
    }

    private boolean wantsRefusals() {
        return extent != Extent.OFF;
    }

    private boolean wantsGranted(Request request) {
        return switch (extent) {
            case OFF, REFUSALS -> false;
            case CONTROL -> Audited.plane(request) == Plane.CONTROL;
            case ALL -> Audited.plane(request) != Plane.LOOKING;
        };
    }

    private static AuditEvent event(Session session, Request request) {
        AuditEvent event = AuditEvent.of(session);
        Audited.tell(event, request);
        return event;
    }

    private static AuditEvent refused(AuditEvent event, Refused refused) {
        return event.text("outcome", refused.error()).text("reason", refused.getMessage());
    }

    /// One user cannot drown the others: beyond what a program that works would cause, what it was not granted is counted. What was
    /// granted is always told, or whoever is counted could do unseen what they may.
    private void logBounded(Session session, AuditEvent event) {
        AuditBrake.Turn turn = extent == Extent.ALL ? AuditBrake.TELL : brake.turn(session.uid());
        if (turn.untold() > 0) {
            AuditEvent.of(session.uid()).number("untold", turn.untold()).text("outcome", "counted").log(LOG);
        }
        if (turn.begins()) {
            AuditEvent.of(session.uid()).text("outcome", "counting").log(LOG);
        }
        if (turn.event()) {
            event.log(LOG);
        }
    }
}
