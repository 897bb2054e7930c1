package org.fdbox.daemon.net;

import static org.fdbox.daemon.support.Users.ALICE;

import java.nio.file.Path;
import java.util.List;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Audit.Extent;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.AuditLog;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A connection, but for its socket, and what the audit tells of each request on it.
@ExtendWith(NothingLeaks.class)
abstract class AuditedExchanges {

    static final String STORE = "org.fdbox.Store.";
    static final String HANDOVER = "org.fdbox.Handover.";

    final Closer closer = new Closer(new Backlog(1024));
    final Intake intake = new Intake(Allowing.entries(9, 9), new Intake.Limits(100, 100),
            new DescriptorBudget(1024, 0));
    final AuditLog log = new AuditLog();
    final FakeHandler red = new FakeHandler("red");
    Desk desk;
    OwnedFd fd;
    /// Whether the client is still there.
    boolean present = true;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.audit.set(Extent.ALL);
        fd = red.make("x");
    }

    @AfterEach
    void close() {
        fd.close();
        desk.close();
        log.close();
    }

    // A connection, but for its socket

    void exchange(Session session, String message, OwnedFd... descriptors) {
        byte[] bytes = message.getBytes();
        List<OwnedFd> arrived = Desk.frame(descriptors).descriptors();
        var exchange = new Exchange(new Frame(bytes, arrived, false), session, desk.dispatcher);
        try {
            answer(exchange, exchange.begin());
        } catch (Refused refused) {
            refuse(exchange, refused);
        } catch (Malformed lost) {
            // The connection ends.
        }
        exchange.end(closer, intake, session.uid());
    }

    private void answer(Exchange exchange, Answer answer) {
        switch (answer) {
            case Answer.Later(var work) -> {
                try {
                    answer(exchange, exchange.run(work));
                } catch (Refused refused) {
                    refuse(exchange, refused);
                }
            }
            case Answer.Opened(var handle) -> {
                if (present) {
                    exchange.admit(Outgoing.of(Answer.of(new Reply.Opened(0))));
                }
                handle.close();
            }
            case Answer.Final whole when present -> {
                if (exchange.admit(Outgoing.of(whole)) != null) {
                    whole.handout().ifPresent(parcel -> parcel.sent());
                }
            }
            default -> answer.abandon();
        }
    }

    private void refuse(Exchange exchange, Refused refused) {
        if (present) {
            exchange.admit(Outgoing.of(refused));
        }
    }

    static String message(String method, String parameters) {
        return "{\"method\":\"" + method + "\",\"parameters\":{" + parameters.replace('\'', '"') + "}}";
    }

    /// The one event of a call: what and outcome.
    String told(PeerCredentials who, String method, String parameters, OwnedFd... descriptors) {
        Session session = desk.session(who);
        exchange(session, message(method, parameters), descriptors);
        return log.takeOne("uid=" + who.uid() + " gid=" + who.gid() + " pid=" + who.pid() + " conn="
                + session.id());
    }

    String put(String name) {
        return told(ALICE, STORE + "Put", "'box':'b','name':'" + name + "'", fd);
    }
}
