package org.fdbox.daemon.dispatch;

import java.util.function.Consumer;

import org.fdbox.daemon.box.BoxStore;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;

/// Prepare: copies ahead what would make the next save long. It ends when its caller goes.
final class PrepareVerb {

    private final BoxStore store;
    private final Handover handover;

    PrepareVerb(BoxStore store, Handover handover) {
        this.store = store;
        this.handover = handover;
    }

    Answer prepare(Request.Prepare request, Session session, boolean more) throws Refused {
        InSteps.Job job = progress -> prepare(request, session, progress);
        return new Answer.Later(
                more
                        ? new InSteps("prepare", job, PrepareVerb::reply, true)
                        : () -> Answer.of(job.run(_ -> {})));
    }

    private Reply prepare(Request.Prepare request, Session session, Consumer<SaveProgress> progress)
            throws Refused {
        try (Look look = store.lookToPrepare(session.caller(), request.box())) {
            SaveProgress end = handover.prepare(look, progress);
            return new Reply.Prepared(end.bytesDone(), end.bytesDone());
        }
    }

    private static Reply reply(SaveProgress step) {
        return new Reply.Prepared(step.bytesDone(), step.bytesTotal());
    }
}
