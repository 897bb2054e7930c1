package org.fdbox.daemon.dispatch;

import java.time.InstantSource;
import java.util.List;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.LateHandlers;
import org.fdbox.daemon.handover.Retry;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.Succession;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Interface;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;

/// Gives each request to its verb.
public final class Dispatcher {

    private final Boxes boxes;
    private final DescriptorBudget budget;
    private final String version;
    private final Audit audit;
    private final BoxVerbs boxVerbs;
    private final FdVerbs fdVerbs;
    private final ListVerb listVerb;
    private final SealVerbs sealVerbs;
    private final PrepareVerb prepareVerb;
    private final HandleVerb handleVerb;
    private final OwnFiles own;
    private final HolderVerb holderVerb;
    private final MonitorVerb monitorVerb;
    private final HandoverVerbs handoverVerbs;
    private final LateVerbs lateVerbs;
    private final SuccessionVerbs successionVerbs;

    /// What the daemon is.
    ///
    /// @param uid its user, who may hand over
    /// @param files that belong to it
    /// @param version for GetInfo
    public record Self(int uid, OwnFiles files, String version) {}

    public Dispatcher(Boxes boxes, Handover handover, Watchers watchers, DescriptorBudget budget,
            InstantSource clock, Self self, Succession succession, Audit audit) {
        this.boxes = boxes;
        this.audit = audit;
        this.budget = budget;
        this.version = self.version();
        var handlers = handover.handlers();
        this.boxVerbs = new BoxVerbs(boxes.store(), handover.journal());
        this.own = self.files();
        this.handleVerb = new HandleVerb(boxes.store());
        var admission = new Admission(handlers, own, boxes.policy());
        this.fdVerbs = new FdVerbs(boxes, admission, handover.journal(), clock);
        this.listVerb = new ListVerb(boxes.looks(), handlers);
        this.prepareVerb = new PrepareVerb(boxes.looks(), handover);
        this.holderVerb = new HolderVerb(boxes);
        this.monitorVerb = new MonitorVerb(boxes.looks(), watchers);
        this.sealVerbs = new SealVerbs(boxes.seals(), handlers, handover.journal(), holderVerb,
                new Retry(handover, boxes.pendings()));
        var late = new LateHandlers(handover, boxes.pendings());
        this.handoverVerbs = new HandoverVerbs(handover, late, self.uid());
        this.successionVerbs = new SuccessionVerbs(succession, audit, self.uid());
        this.lateVerbs = new LateVerbs(late, admission, self.uid());
    }

    /// Answers a call.
    ///
    /// @param frame what it came in; the caller closes it when the answer is final
    /// @throws Refused a condition of the protocol
    public Answer dispatch(Call call, Session session, Frame frame) throws Refused {
        requireShape(call, frame);
        Request request = call.request();
        boolean handsOut = request instanceof Request.Get || request instanceof Request.GetMany
                || request instanceof Request.OpenBox;
        if (handsOut && call.oneway()) {
            return new Answer.End();
        }
        return switch (request) {
            case Request.GetInfo _ -> info(session);
            case Request.GetInterfaceDescription(var name) ->
                Answer.of(new Reply.Description(Interface.named(name).text()));
            case Request.CreateBox create -> boxVerbs.create(create, session);
            case Request.DeleteBox delete -> boxVerbs.delete(delete, session);
            case Request.ListBoxes _ -> boxVerbs.list(session);
            case Request.SetAccess setAccess -> boxVerbs.setAccess(setAccess, session);
            case Request.Put put -> fdVerbs.put(put, session, frame);
            case Request.PutMany putMany -> fdVerbs.putMany(putMany, session, frame);
            case Request.ListEntries list -> listVerb.list(list, session, call.more());
            case Request.Get get -> fdVerbs.get(get, session);
            case Request.GetMany getMany -> fdVerbs.getMany(getMany, session);
            case Request.Confirm confirm -> fdVerbs.confirm(confirm, session);
            case Request.Drop drop -> fdVerbs.drop(drop, session);
            case Request.OpenBox open -> handleVerb.open(open, session);
            case Request.Seal seal -> sealVerbs.seal(seal, session);
            case Request.Unseal unseal -> sealVerbs.unseal(unseal, session);
            case Request.Prepare prepare -> prepareVerb.prepare(prepare, session, call.more());
            case Request.Holders holders -> holderVerb.holders(holders, session);
            case Request.Monitor monitor -> monitorVerb.monitor(monitor, session);
            case Request.Save save -> handoverVerbs.save(save, session, call.more());
            case Request.Status _ -> handoverVerbs.status(session);
            case Request.ListHandlers _ -> handoverVerbs.listHandlers(session);
            case Request.RegisterHandler register -> lateVerbs.register(register, session);
            case Request.Restored restored -> lateVerbs.restored(restored, session, frame);
            case Request.Upgrade _ -> successionVerbs.upgrade(session);
            case Request.TakeOver takeOver -> successionVerbs.takeOver(takeOver, session);
            case Request.Commit _, Request.Abort _ -> successionVerbs.outsideOfTakeOver(session);
            case Request.Attach attach -> successionVerbs.attach(attach, session);
            case Request.Ack ack -> successionVerbs.acknowledge(ack, session);
        };
    }

    /// What has to be true of a call whatever it says.
    private void requireShape(Call call, Frame frame) throws Refused {
        if (frame.truncated()) {
            throw new Refused.OutOfFileDescriptors(budget.limit());
        }
        Request request = call.request();
        boolean takesDescriptors = request instanceof Request.Put || request instanceof Request.PutMany
                || request instanceof Request.Restored;
        if (!takesDescriptors) {
            Arrived.requireNone(frame);
        }
        boolean answersUntilItEnds = request instanceof Request.Monitor
                || request instanceof Request.RegisterHandler || request instanceof Request.TakeOver
                || request instanceof Request.Attach;
        if (answersUntilItEnds && (!call.more() || call.oneway())) {
            throw new Refused.ExpectedMore();
        }
    }

    private Answer info(Session session) {
        List<String> interfaces = session.interfaces().stream().map(Interface::fullName).toList();
        return Answer.of(new Reply.Info("fdbox", "fdboxd", version, "", interfaces));
    }

    /// Goes on with a call that another process was serving. Nothing is asked of its client before [ReplyStream#resume].
    ///
    /// @param upgraded what whoever called Upgrade is told
    /// @throws Refused a condition of the protocol, which ends it
    public Answer goOn(Next.Open call, Session session, Reply upgraded) throws Refused {
        return switch (call) {
            case Next.Watches watches -> monitorVerb.goOn(watches, session);
            case Next.Handles handles -> lateVerbs.goOn(handles, session);
            case Next.Upgrades _ -> Answer.of(upgraded);
        };
    }

    /// What it refuses to hold.
    public OwnFiles own() {
        return own;
    }

    /// Told of each request by whoever sees what becomes of it.
    public Audit audit() {
        return audit;
    }

    /// A connection has ended: what it had on lease goes back, and if it was a handle's, that is over.
    public void ended(Session session) {
        if (session.caller() instanceof BoxHandle handle) {
            handle.close();
            own.forget(handle);
        }
        boxes.handouts().giveBack(session.leases());
    }
}
