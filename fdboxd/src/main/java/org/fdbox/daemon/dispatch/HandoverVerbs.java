package org.fdbox.daemon.dispatch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.LateHandlers;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Save, Status, ListHandlers: for root and the daemon's own user.
final class HandoverVerbs {

    private static final Logger LOG = LoggerFactory.getLogger(HandoverVerbs.class);

    private final Handover handover;
    private final LateHandlers late;
    private final int ownUid;

    HandoverVerbs(Handover handover, LateHandlers late, int ownUid) {
        this.handover = handover;
        this.late = late;
        this.ownUid = ownUid;
    }

    Answer save(Request.Save request, Session session, boolean more) throws Refused {
        authorise(session);
        Optional<Path> elsewhere = directory(request);
        LOG.info("{} saves{}", session, elsewhere.map(path -> " to " + path).orElse(""));
        InSteps.Job save = progress -> reply(handover.save(elsewhere, progress));
        return new Answer.Later(
                more
                        ? new InSteps("save", save, HandoverVerbs::reply, InSteps.Turn.AT_ONCE)
                        : () -> Answer.of(save.run(_ -> {})));
    }

    private static Optional<Path> directory(Request.Save request) throws Refused {
        if (request.directory().isEmpty()) {
            return Optional.empty();
        }
        String path = request.directory().get();
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new Refused.InvalidParameter("directory");
        }
        return Optional.of(Path.of(path).normalize());
    }

    static Reply.Saved reply(Handover.Outcome outcome) {
        SaveProgress end = outcome.progress();
        return new Reply.Saved(
                end.bytesDone(),
                end.bytesDone(),
                end.entriesDone(),
                end.entriesTotal(),
                Optional.of(outcome.manifest().toString()),
                Optional.of(outcome.leftOut()));
    }

    static Reply.Saved reply(SaveProgress step) {
        return new Reply.Saved(
                step.bytesDone(),
                step.bytesTotal(),
                step.entriesDone(),
                step.entriesTotal(),
                Optional.empty(),
                Optional.<List<Reply.Left>>empty());
    }

    Answer status(Session session) throws Refused {
        authorise(session);
        return Answer.of(handover.status());
    }

    Answer listHandlers(Session session) throws Refused {
        authorise(session);
        var infos = new ArrayList<>(handover.handlers().infos());
        infos.addAll(late.infos());
        return Answer.of(new Reply.Handlers(infos));
    }

    private void authorise(Session session) throws Refused.PermissionDenied {
        authorise(session, ownUid);
    }

    static void authorise(Session session, int ownUid) throws Refused.PermissionDenied {
        int uid = session.peer().uid();
        if (uid != 0 && uid != ownUid) {
            throw new Refused.PermissionDenied();
        }
    }
}
