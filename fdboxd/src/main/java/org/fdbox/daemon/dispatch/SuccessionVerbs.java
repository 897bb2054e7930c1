package org.fdbox.daemon.dispatch;

import java.util.Optional;
import java.util.function.Consumer;
import org.fdbox.daemon.succession.Succession;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Upgrade, TakeOver, Attach, Ack: for root and the daemon's own user.
final class SuccessionVerbs {

    private static final Logger LOG = LoggerFactory.getLogger(SuccessionVerbs.class);

    private final Succession succession;
    private final Audit audit;
    private final int ownUid;

    SuccessionVerbs(Succession succession, Audit audit, int ownUid) {
        this.succession = succession;
        this.audit = audit;
        this.ownUid = ownUid;
    }

    Answer upgrade(Session session) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        LOG.info("{} wants the installed daemon", session);
        return new Answer.Later(new Answer.Work() {
            @Override
            public Answer get() throws Refused {
                throw succession.upgrade();
            }

            @Override
            public Answer.Meanwhile meanwhile() {
                return Answer.Meanwhile.ANSWERED_BY_SUCCESSOR;
            }
        });
    }

    Answer takeOver(Request.TakeOver request, Session session) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        int version = succession.version(request.versions());
        int pid = session.peer().pid();
        return handed(
                line -> succession.takeOver(line.socket(), version, pid,
                        new Told(audit, session, request, line)));
    }

    Answer attach(Request.Attach request, Session session) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        int version = succession.version(request.versions());
        int pid = session.peer().pid();
        return handed(
                line -> succession.attach(line.socket(), version, pid,
                        new Told(audit, session, request, line)));
    }

    /// What is called on a connection that has left its loop is audited like all other requests, and it counts for its user until it is closed.
    private record Told(Audit audit, Session session, Request call, Answer.Line line)
            implements Succession.Observer {

        @Override
        public void begun() {
            done(call);
        }

        @Override
        public void refused(Refused why) {
            audit.refused(session, call, why);
        }

        @Override
        public void done(Request request) {
            audit.granted(session, request, Optional.empty());
        }

        @Override
        public void ended() {
            line.close();
        }
    }

    private static Answer handed(Consumer<Answer.Line> to) {
        return new Answer.Handed(to);
    }

    /// A successor calls these on the connection of its TakeOver, which does not come here.
    Answer outsideOfTakeOver(Session session) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        throw new Refused.NotFrozen();
    }

    Answer acknowledge(Request.Ack request, Session session) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        succession.acknowledged(request.number());
        return Answer.done();
    }
}
