package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Look;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks for what a save writes anew, box by box and within bounds of time. One object a save; not thread-safe.
final class Asking {

    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

    /// Each has a thread that waits.
    private static final int MOST_UNDERWAY = 8;

    private final HandlerRegistry handlers;
    private final SaveWide save;
    private final Patience patience;
    private final Supplier<String> freshPayload;
    private final Runnable report;
    /// Of the box that is being asked for.
    private Optional<Inquiry> inquiry = Optional.empty();
    private long bytesDone;

    /// @param freshPayload a name that no other payload of this save has
    /// @param report is run while contents get on
    Asking(HandlerRegistry handlers, SaveWide save, Patience patience, Supplier<String> freshPayload,
            Runnable report) {
        this.handlers = handlers;
        this.save = save;
        this.patience = patience;
        this.freshPayload = freshPayload;
        this.report = report;
    }

    /// How many bytes of contents were copied.
    long bytesDone() {
        return bytesDone;
    }

    /// How many entries of the box that is being asked for have answered.
    int answered() {
        return inquiry.map(Inquiry::answered).orElse(0);
    }

    /// What to write down of those entries of a box that are the first of their open files in this save, are held, can be preserved, and are
    /// not written as they were saved before.
    ///
    /// @param look stays the caller's, and open
    /// @param aliases which descriptors are the same open file as an earlier one
    /// @throws EntryFailed if one of them cannot be saved
    Map<Entry, Map<String, Object>> nodes(Look look, Map<OwnedFd, OwnedFd> aliases) throws EntryFailed {
        List<Question> questions = questions(look, aliases);
        if (questions.isEmpty()) {
            return Map.of();
        }
        for (Question question : questions) {
            requireTrying(question);
        }
        var asked = new Inquiry(save, look, questions);
        inquiry = Optional.of(asked);
        try {
            return answers(asked).nodes();
        } finally {
            inquiry = Optional.empty();
        }
    }

    private List<Question> questions(Look look, Map<OwnedFd, OwnedFd> aliases) throws EntryFailed {
        var questions = new ArrayList<Question>();
        Set<OwnedFd> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Entry entry : look.entries()) {
            if (entry.content() instanceof Content.Held(var fd, var kind) && entry.saved().isEmpty()) {
                OwnedFd description = aliases.getOrDefault(fd, fd);
                if (seen.add(description) && save.written().sameAs(description).isEmpty()
                        && kind.survival() != Survival.LIVE) {
                    questions.add(new Question(entry, fd, description, handler(entry), kind.mayBlock(),
                            freshPayload.get()));
                }
            }
        }
        return questions;
    }

    private PreservingHandler handler(Entry entry) throws EntryFailed {
        String compatible = entry.content().compatible();
        if (handlers.named(compatible).orElse(null) instanceof PreservingHandler handler) {
            return handler;
        }
        throw new EntryFailed(entry, "no enabled handler preserves " + compatible);
    }

    private void requireTrying(Question question) throws EntryFailed {
        if (save.underway().has(question)) {
            throw new EntryFailed(question.entry(),
                    "its handler has not answered an earlier save yet (a file server that is gone?)");
        }
        int uid = question.entry().putter().uid();
        if (question.served() && save.underway().count(uid) >= MOST_UNDERWAY) {
            throw new EntryFailed(question.entry(), "other files of uid " + Integer.toUnsignedString(uid)
                    + " have not answered earlier saves yet, so this one was not tried");
        }
        try {
            account(question).requireTrying();
        } catch (HandlerRefusal untried) {
            throw new EntryFailed(question.entry(), untried.getMessage());
        }
    }

    private Patience.Account account(Question question) {
        return patience.account(question.entry().putter().uid(), question.served());
    }

    private Inquiry.Answers answers(Inquiry asked) throws EntryFailed {
        var attempt = new Attempt<>(asked, _ -> {});
        long before = bytesDone;
        try {
            return patience.await(() -> account(asked.current()), attempt, () -> {
                bytesDone = before + attempt.bytes();
                report.run();
            });
        } catch (HandlerRefusal refused) {
            throw new EntryFailed(asked.current().entry(), refused.getMessage());
        } catch (RuntimeException | LinkageError fault) {
            Entry entry = asked.current().entry();
            String compatible = entry.content().compatible();
            LOG.error("handler {} failed to save an entry", compatible, fault);
            throw new EntryFailed(entry, String.valueOf(fault.getMessage()));
        }
    }
}
