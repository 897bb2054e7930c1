package org.fdbox.daemon.dispatch;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.Handout;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.box.Limits;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.StateDirectory;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// A dispatcher with handlers of the test's choice, and what a connection does with its answers.
final class Desk implements AutoCloseable {

    /// The daemon's own uid here.
    static final int DAEMON = 777;

    final Boxes boxes;
    final Handover handover;
    final StateDirectory state;
    final Dispatcher dispatcher;
    /// What handouts brought, as a client has it.
    final List<OwnedFd> received = new ArrayList<>();

    private long sessions;

    Desk(Path folder, FdHandler... handlers) throws Exception {
        var budget = new DescriptorBudget(100_000, 0);
        InstantSource clock = InstantSource.system();
        boxes = Boxes.empty(new Limits(100, 10_000), budget, (held, closed) -> {
            held.fd().close();
            closed.run();
        }, clock);
        state = StateDirectory.open(folder.resolve("state"));
        var registry = new HandlerRegistry(Arrays.asList(handlers), Set.of());
        handover = new Handover(registry, state, boxes.seals(), clock, "test");
        handover.recover(false, 100_000);
        var self = new Dispatcher.Self(DAEMON, Set.of(), "1.2.3");
        dispatcher = new Dispatcher(boxes, handover, budget, clock, self);
    }

    Session session(PeerCredentials who) {
        return new Session(++sessions, who, new LeaseHolder());
    }

    /// A message as it arrives.
    ///
    /// @param descriptors stay the caller's
    static Frame frame(OwnedFd... descriptors) {
        return new Frame(new byte[0], Arrays.stream(descriptors).map(OwnedFd::dup).toList(), false);
    }

    /// What the dispatcher answers at once.
    ///
    /// @param frame closed by the caller
    Answer start(Session session, Request request, Frame frame) throws Refused {
        return dispatcher.dispatch(Call.of(request), session, frame);
    }

    /// The only reply of a call, after all its work, with its descriptors received.
    ///
    /// @param descriptors stay the caller's
    Reply call(Session session, Request request, OwnedFd... descriptors) throws Refused {
        try (Frame frame = frame(descriptors)) {
            return finish(start(session, request, frame));
        }
    }

    /// The same for somebody who calls once.
    Reply call(PeerCredentials who, Request request, OwnedFd... descriptors) throws Refused {
        return call(session(who), request, descriptors);
    }

    Reply finish(Answer answer) throws Refused {
        return switch (answer) {
            case Answer.Final(var reply, var handout) -> {
                handout.ifPresent(this::receive);
                yield reply;
            }
            case Answer.Later(var work) -> finish(work.get());
            case Answer.Page page -> throw new AssertionError("more than one reply: " + page);
            case Answer.End _ -> throw new AssertionError("no reply");
        };
    }

    private void receive(Handout handout) {
        handout.descriptors().forEach(fd -> received.add(fd.dup()));
        handout.sent();
    }

    /// A box of root's with one entry for each descriptor, named "a", "b", ...
    void box(String name, OwnedFd... descriptors) throws Refused {
        call(Users.ROOT, new Request.CreateBox(name, OptionalInt.of(0777)));
        char entry = 'a';
        for (OwnedFd fd : descriptors) {
            call(Users.ROOT, new Request.Put(name, String.valueOf(entry++), 0, false), fd);
        }
    }

    BoxInfo info(String box) {
        return boxes.store().list(Users.ROOT).stream().filter(b -> b.name().equals(box)).findFirst()
                .orElseThrow();
    }

    List<String> names(String box) throws Refused {
        var entries = (Reply.Entries) call(Users.ROOT, new Request.ListEntries(box));
        return entries.entries().stream().map(EntryInfo::name).toList();
    }

    static Request getMany(String box, String... names) {
        return new Request.GetMany(box, Optional.of(List.of(names)), false, false);
    }

    @Override
    public void close() {
        try {
            received.forEach(OwnedFd::close);
            for (BoxInfo box : boxes.store().list(Users.ROOT)) {
                boxes.store().delete(Users.ROOT, box.name(), () -> {});
            }
        } catch (Refused stillInUse) {
            throw new AssertionError("the test left a box in use", stillInUse);
        } finally {
            state.close();
        }
    }
}
