package org.fdbox.daemon.support;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Audit;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.OwnFiles;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.dispatch.Watchers;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.Notice;
import org.fdbox.daemon.handover.PreparedCopies;
import org.fdbox.daemon.handover.Recheck;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.handover.Step;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.succession.Relay;
import org.fdbox.daemon.succession.Succession;
import org.fdbox.daemon.succession.Upgrader;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.Frame;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// One life of a daemon without its sockets: handlers of the test's choice, a state directory, and what a
/// connection does with answers. Closing it saves nothing, as a kill does; another one in the same folder is
/// its successor.
public final class Desk implements AutoCloseable {

    /// The daemon's own uid here.
    public static final int DAEMON = 777;

    private static final Recheck.Rules OWN_RULES =
            new Recheck.Rules(Allowing.entries(100, 10_000), DAEMON, false);
    private static final int MOST = 100_000;

    public final PolicyInForce policy = Allowing.entries(100, 10_000);
    public final Boxes boxes;
    public final Handover handover;
    public final StateDirectory state;
    public final Dispatcher dispatcher;
    public final Audit audit = new Audit(Audit.Extent.OFF);
    /// What handouts brought, as a client has it.
    public final List<OwnedFd> received = new ArrayList<>();

    private final Kexec kexec;
    private final Watchers watchers = new Watchers();
    private long sessions;

    public Desk(Path folder, FdHandler... handlers) throws Exception {
        this(folder, false, handlers);
    }

    /// @param acceptEdited whether a manifest may have been changed by hand
    public Desk(Path folder, boolean acceptEdited, FdHandler... handlers) throws Exception {
        this(folder, acceptEdited, MOST, OWN_RULES, handlers);
    }

    /// @param kexec belongs to this
    /// @param steps may throw, to end this life there
    public Desk(Path folder, Kexec kexec, Step.Watcher steps, FdHandler... handlers) throws Exception {
        this(folder, false, MOST, OWN_RULES, kexec, steps, handlers);
    }

    /// @param rules of today, for what comes back
    public Desk(Path folder, Recheck.Rules rules, FdHandler... handlers) throws Exception {
        this(folder, false, MOST, rules, handlers);
    }

    /// @param mostDescriptors how many entries may be held after the recovery
    public Desk(Path folder, boolean acceptEdited, int mostDescriptors, FdHandler... handlers)
            throws Exception {
        this(folder, acceptEdited, mostDescriptors, OWN_RULES, handlers);
    }

    private Desk(Path folder, boolean acceptEdited, int mostDescriptors, Recheck.Rules rules,
            FdHandler... handlers) throws Exception {
        this(folder, acceptEdited, mostDescriptors, rules,
                new Kexec(Use.OFF, new LiveUpdate(), Holder.NOBODY), Step.Watcher.NONE, handlers);
    }

    private Desk(Path folder, boolean acceptEdited, int mostDescriptors, Recheck.Rules rules, Kexec kexec,
            Step.Watcher steps, FdHandler... handlers) throws Exception {
        this.kexec = kexec;
        var budget = new DescriptorBudget(100_000, 0);
        InstantSource clock = InstantSource.system();
        state = StateDirectory.open(folder.resolve("state"), steps);
        PreparedCopies copies = state.copies();
        boxes = Boxes.empty(policy, budget, (held, _, closed) -> {
            copies.forget(held.fd()).ifPresent(Runnable::run);
            held.fd().close();
            closed.run();
        }, watchers, clock, Safekeeping.NONE);
        var registry = new HandlerRegistry(
                Arrays.asList(handlers), HandlerRegistry.unholdableOnClassPath(), Set.of());
        handover = new Handover(
                registry, state, boxes.seals(), policy, clock, new Notice(watchers, clock), kexec, "test");
        recover(acceptEdited, mostDescriptors, rules);
        var self = new Dispatcher.Self(
                DAEMON, new OwnFiles(List.of(), state.root().toRealPath()), "1.2.3");
        dispatcher = new Dispatcher(boxes, handover, watchers, budget, clock, self,
                new Succession(boxes.inventory(), new Relay(), new Upgrader(Map.of(), List.of(), "")), audit);
    }

    private void recover(boolean acceptEdited, int mostDescriptors, Recheck.Rules rules) throws Exception {
        try {
            handover.recover(acceptEdited, List.of(), mostDescriptors, rules);
        } catch (Exception refused) {
            kexec.close();
            state.close();
            throw refused;
        }
    }

    public Session session(PeerCredentials who) {
        return session(Caller.of(who));
    }

    public Session session(Caller caller) {
        return new Session(++sessions, caller, new LeaseHolder());
    }

    /// A connection over a new handle.
    ///
    /// @param rights empty: all that the caller has
    public Session open(Session by, String box, Optional<Set<HandleRight>> rights) throws Refused {
        try (Frame frame = frame()) {
            return session(((Answer.Opened) start(by, new Request.OpenBox(box, rights), frame)).handle());
        }
    }

    /// A message as it arrives.
    ///
    /// @param descriptors stay the caller's
    public static Frame frame(OwnedFd... descriptors) {
        return new Frame(new byte[0], Arrays.stream(descriptors).map(OwnedFd::dup).toList(), false);
    }

    /// What the dispatcher answers at once.
    ///
    /// @param frame closed by the caller
    public Answer start(Session session, Request request, Frame frame) throws Refused {
        return dispatcher.dispatch(Call.of(request), session, frame);
    }

    /// The only reply of a call, after all its work, with its descriptors received.
    ///
    /// @param descriptors stay the caller's
    public Reply call(Session session, Request request, OwnedFd... descriptors) throws Refused {
        try (Frame frame = frame(descriptors)) {
            return finish(start(session, request, frame));
        }
    }

    /// The same for somebody who calls once.
    public Reply call(PeerCredentials who, Request request, OwnedFd... descriptors) throws Refused {
        return call(session(who), request, descriptors);
    }

    public Reply finish(Answer answer) throws Refused {
        return switch (answer) {
            case Answer.Final(var reply, var handout) -> {
                handout.ifPresent(this::receive);
                yield reply;
            }
            case Answer.Later(var work) -> finish(work.get());
            case Answer.Restored _ -> new Reply.Done();
            case Answer.Page page -> throw new AssertionError("more than one reply: " + page);
            case Answer.Opened opened -> throw new AssertionError("a handle: " + opened);
            case Answer.Handed handed -> throw new AssertionError("handed to somebody: " + handed);
            case Answer.Stream stream -> throw new AssertionError("replies without end: " + stream);
            case Answer.End _ -> throw new AssertionError("no reply");
        };
    }

    private void receive(Parcel handout) {
        handout.descriptors().forEach(fd -> received.add(fd.dup()));
        handout.sent();
    }

    /// A box of root's with one entry for each descriptor, named "a", "b", ...
    public void box(String name, OwnedFd... descriptors) throws Refused {
        call(Users.ROOT, new Request.CreateBox(name, OptionalInt.of(0777)));
        char entry = 'a';
        for (OwnedFd fd : descriptors) {
            call(Users.ROOT, new Request.Put(name, String.valueOf(entry++), 0, false), fd);
        }
    }

    public BoxInfo info(String box) {
        return boxes.store().list(Caller.of(Users.ROOT)).stream().filter(b -> b.name().equals(box))
                .findFirst()
                .orElseThrow();
    }

    public List<String> names(String box) throws Refused {
        var entries = (Reply.Entries) call(Users.ROOT, new Request.ListEntries(box));
        return entries.entries().stream().map(EntryInfo::name).toList();
    }

    public static Request getMany(String box, String... names) {
        return new Request.GetMany(box, Optional.of(List.of(names)), false, false);
    }

    public void seal(String box) throws Refused {
        call(Users.ROOT, new Request.Seal(box, false));
    }

    public void unseal(String box) throws Refused {
        call(Users.ROOT, new Request.Unseal(box));
    }

    public Reply.Saved save() throws Refused {
        return (Reply.Saved) call(Users.ROOT, new Request.Save(Optional.empty()));
    }

    public Reply.Saved save(Path elsewhere) throws Refused {
        return (Reply.Saved) call(Users.ROOT, new Request.Save(Optional.of(elsewhere.toString())));
    }

    public Reply.HandoverStatus status() throws Refused {
        return (Reply.HandoverStatus) call(Users.ROOT, new Request.Status());
    }

    /// A copy of what an entry holds, whether or not its box is sealed; empty if it is pending.
    ///
    /// @return owned by the caller
    public Optional<OwnedFd> peek(String box, String name) throws Refused {
        try (Look look = boxes.looks().look(Caller.of(Users.ROOT), box)) {
            return look.entries().stream()
                    .filter(entry -> entry.name().equals(name))
                    .flatMap(entry -> entry.content() instanceof Content.Held held
                            ? Stream.of(held.fd().dup())
                            : Stream.empty())
                    .findFirst();
        }
    }

    /// The contents of what an entry holds.
    public String text(String box, String name) throws Refused {
        try (OwnedFd fd = peek(box, name).orElseThrow()) {
            return Fds.text(fd);
        }
    }

    @Override
    public void close() {
        try {
            received.forEach(OwnedFd::close);
            for (BoxInfo box : boxes.store().list(Caller.of(Users.ROOT))) {
                boxes.store().delete(Users.ROOT, box.name(), () -> {});
            }
        } catch (Refused stillInUse) {
            throw new AssertionError("the test left a box in use", stillInUse);
        } finally {
            kexec.close();
            state.close();
        }
    }
}
