package org.fdbox.daemon.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Looks;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;

/// Prepare: copies ahead what would make the next save long. It ends when its caller goes. One user's are done one after the other:
/// together they would only take more threads, and more room for copies of the same.
final class PrepareVerb {

    private final Looks looks;
    private final Handover handover;
    /// Users of whom one is being done.
    private final Set<Integer> busy = ConcurrentHashMap.newKeySet();

    PrepareVerb(Looks looks, Handover handover) {
        this.looks = looks;
        this.handover = handover;
    }

    Answer prepare(Request.Prepare request, Session session, boolean more) {
        return new Answer.Later(new InSteps("prepare", progress -> prepare(request, session, progress),
                more ? PrepareVerb::reply : null, new OneOfUser(session.uid(), busy)));
    }

    private record OneOfUser(int uid, Set<Integer> busy) implements InSteps.Turn {

        @Override
        public boolean hasCome() {
            return busy.add(uid);
        }

        @Override
        public void over() {
            busy.remove(uid);
        }
    }

    private Reply prepare(Request.Prepare request, Session session, Consumer<SaveProgress> progress)
            throws Refused {
        try (Look look = looks.toPrepare(session.caller(), request.box())) {
            SaveProgress end = handover.prepare(look, progress);
            return new Reply.Prepared(end.bytesDone(), end.bytesDone());
        }
    }

    private static Reply reply(SaveProgress step) {
        return new Reply.Prepared(step.bytesDone(), step.bytesTotal());
    }
}
