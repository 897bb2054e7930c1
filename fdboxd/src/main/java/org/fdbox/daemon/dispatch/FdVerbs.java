package org.fdbox.daemon.dispatch;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.box.BoxStore;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Handout;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.handover.Journal;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Errno;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;

/// Put, PutMany, Get, GetMany, Confirm, Drop.
final class FdVerbs {

    private final Boxes boxes;
    private final Admission admission;
    private final Journal journal;
    private final InstantSource clock;

    FdVerbs(Boxes boxes, Admission admission, Journal journal, InstantSource clock) {
        this.boxes = boxes;
        this.admission = admission;
        this.journal = journal;
        this.clock = clock;
    }

    Answer put(Request.Put request, Session session, Frame frame) throws Refused {
        boxes.store().requirePuttable(session.caller(), request.box(), request.replace());
        OwnedFd fd = Arrived.one(frame, request.fileDescriptor());
        List<Admission.Candidate> candidates =
                List.of(admission.recognise(request.name(), fd, session.caller().account()));
        return store(request.box(), candidates, request.replace(), session, List.of(),
                stored -> new Reply.Stored(stored.getFirst()));
    }

    Answer putMany(Request.PutMany request, Session session, Frame frame) throws Refused {
        requireDifferent(request.files().stream().map(Request.Offered::name).toList(), "files");
        requireFew(request.files().size());
        boxes.store().requirePuttable(session.caller(), request.box(), request.replace());
        List<OwnedFd> arrived = Arrived.all(frame, request.files());
        var candidates = new ArrayList<Admission.Candidate>();
        // An index that stands twice is one open file under two names, each with a number of its own.
        var copies = new ArrayList<OwnedFd>();
        try {
            var used = new HashSet<Integer>();
            for (Request.Offered file : request.files()) {
                OwnedFd fd = arrived.get(file.fileDescriptor());
                if (!used.add(file.fileDescriptor())) {
                    fd = fd.dup();
                    copies.add(fd);
                }
                candidates.add(admission.recognise(file.name(), fd, session.caller().account()));
            }
            return store(request.box(), candidates, request.replace(), session, copies,
                    Reply.StoredMany::new);
        } catch (Refused | RuntimeException failed) {
            copies.forEach(OwnedFd::close);
            if (failed instanceof SystemCallException full && full.errno() == Errno.EMFILE) {
                throw new Refused.OutOfFileDescriptors(ThisProcess.descriptorLimit());
            }
            throw failed;
        }
    }

    private interface Telling {
        Reply of(List<EntryInfo> stored);
    }

    /// The second half of a put: on this thread if nobody is to be waited for, neither by a handler nor for safekeeping.
    ///
    /// @param extra descriptors that no frame closes
    private Answer store(
            String box,
            List<Admission.Candidate> candidates,
            boolean replace,
            Session session,
            List<OwnedFd> extra,
            Telling telling)
            throws Refused {
        boolean waits = boxes.store().waitsToPut()
                || candidates.stream().anyMatch(candidate -> candidate.handler().mayBlock());
        if (!waits) {
            return Answer.of(telling.of(store(box, candidates, replace, session, BoxStore::putAtOnce)));
        }
        return new Answer.Later(new Answer.Work() {
            @Override
            public Answer get() throws Refused {
                try {
                    return Answer.of(telling.of(store(box, candidates, replace, session, BoxStore::put)));
                } finally {
                    abandon();
                }
            }

            @Override
            public void abandon() {
                extra.forEach(OwnedFd::close);
            }
        });
    }

    /// Whether or not somebody has to be waited for.
    private interface Storing {
        List<EntryInfo> put(BoxStore store, Caller caller, String box, List<Entry> entries, boolean replace)
                throws Refused;
    }

    private List<EntryInfo> store(
            String box, List<Admission.Candidate> candidates, boolean replace, Session session,
            Storing storing)
            throws Refused {
        long now = TimeUnit.MILLISECONDS.toMicros(clock.millis());
        var entries = new ArrayList<Entry>();
        boolean stored = false;
        try {
            for (Admission.Candidate candidate : candidates) {
                Content.Held held = admission.examine(box, candidate, session.caller().account());
                entries.add(new Entry(candidate.name(), held, session.caller().account(), now));
            }
            List<EntryInfo> infos = storing.put(boxes.store(), session.caller(), box, entries, replace);
            stored = true;
            return infos;
        } finally {
            if (!stored) {
                entries.forEach(entry -> ((Content.Held) entry.content()).fd().close());
            }
        }
    }

    Answer get(Request.Get request, Session session) throws Refused {
        Handout handout = handOut(
                session, request.box(), Optional.of(List.of(request.name())), request.keep(),
                request.confirm());
        var file = new Reply.HandedEntry(0, handout.infos().getFirst());
        return Answer.of(new Reply.Handed(file, handout.leaseId()), handout);
    }

    Answer getMany(Request.GetMany request, Session session) throws Refused {
        if (request.names().isPresent()) {
            requireDifferent(request.names().get(), "names");
            requireFew(request.names().get().size());
        }
        Handout handout = handOut(session, request.box(), request.names(), request.keep(), request.confirm());
        var files = new ArrayList<Reply.HandedEntry>();
        for (EntryInfo info : handout.infos()) {
            files.add(new Reply.HandedEntry(files.size(), info));
        }
        return Answer.of(new Reply.HandedMany(files, handout.leaseId()), handout);
    }

    private Handout handOut(
            Session session, String box, Optional<List<String>> names, boolean keep, boolean confirm)
            throws Refused {
        Purpose purpose = keep ? Purpose.COPY : confirm ? Purpose.LEASE : Purpose.TAKE;
        return boxes.handouts().start(
                session.caller(), box, names, purpose, session.leases(), Courier.MOST_DESCRIPTORS);
    }

    Answer confirm(Request.Confirm request, Session session) throws Refused {
        boxes.handouts().confirm(session.leases(), request.lease());
        return Answer.done();
    }

    Answer drop(Request.Drop request, Session session) throws Refused {
        boolean pending = boxes.store().requireDroppable(session.caller(), request.box(), request.name());
        if (!pending) {
            boxes.store().drop(session.caller(), request.box(), request.name());
            return Answer.done();
        }
        return new Answer.Later(() -> {
            boxes.store().dropPending(session.caller(), request.box(), request.name(),
                    () -> journal.erase(request.box(), request.name()));
            return Answer.done();
        });
    }

    private static void requireDifferent(List<String> names, String parameter) throws Refused {
        if (new HashSet<>(names).size() < names.size()) {
            throw new Refused.InvalidParameter(parameter);
        }
    }

    private static void requireFew(int count) throws Refused {
        if (count > Courier.MOST_DESCRIPTORS) {
            throw new Refused.TooManyFileDescriptors(Courier.MOST_DESCRIPTORS, count);
        }
    }
}
