package org.fdbox.daemon.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Seals;
import org.fdbox.daemon.box.Transition;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.handover.Journal;
import org.fdbox.daemon.handover.Retry;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Seal and Unseal: every handler in the box is asked, and one refusal leaves everything as it was.
final class SealVerbs {

    private static final Logger LOG = LoggerFactory.getLogger(SealVerbs.class);

    private final Seals seals;
    private final HandlerRegistry handlers;
    private final Journal journal;
    private final HolderVerb holderVerb;
    private final Retry retry;

    SealVerbs(Seals seals, HandlerRegistry handlers, Journal journal, HolderVerb holderVerb, Retry retry) {
        this.seals = seals;
        this.handlers = handlers;
        this.journal = journal;
        this.holderVerb = holderVerb;
        this.retry = retry;
    }

    /// With exclusive, other holders are looked for before any handler is asked, so that there is nothing to undo.
    Answer seal(Request.Seal request, Session session) throws Refused {
        Transition transition = seals.startSealing(session.caller(), request.box());
        return later(transition, () -> {
            Optional<Boolean> complete = request.exclusive()
                    ? Optional.of(holderVerb.requireNobodyElse(transition))
                    : Optional.empty();
            askAll(transition, FdHandler::seal, FdHandler::unseal);
            transition.complete();
            return Answer.of(new Reply.Sealed(complete));
        });
    }

    /// What is pending is tried once more: who unseals wants to use it.
    Answer unseal(Request.Unseal request, Session session) throws Refused {
        if (!seals.requireUnsealable(session.caller(), request.box())) {
            return startUnsealing(request, session);
        }
        return new Answer.Later(() -> {
            retry.box(request.box(), session.uid());
            return startUnsealing(request, session);
        });
    }

    /// What was saved of the box is finished with before anything can be taken out of it.
    private Answer startUnsealing(Request.Unseal request, Session session) throws Refused {
        Transition transition = seals.startUnsealing(session.caller(), request.box());
        return later(transition, () -> {
            Deque<Asked> agreed = askAll(transition, FdHandler::unseal, FdHandler::seal);
            try {
                finish(transition);
            } catch (Refused failed) {
                undo(transition, FdHandler::seal, agreed);
                throw failed;
            }
            transition.complete();
            return Answer.done();
        });
    }

    private static Answer later(Transition transition, Answer.Work work) {
        return new Answer.Later(new Answer.Work() {
            @Override
            public Answer get() throws Refused {
                try (transition) {
                    return work.get();
                }
            }

            @Override
            public void abandon() {
                transition.close();
            }
        });
    }

    /// Pending entries outlive the unsealing, with all that was saved of them.
    private void finish(Transition transition) throws Refused {
        List<String> held = transition.entries().stream()
                .filter(entry -> entry.content() instanceof Content.Held)
                .map(Entry::name)
                .toList();
        if (held.size() == transition.entries().size()) {
            journal.finish(transition.box());
        } else {
            journal.finish(transition.box(), held);
        }
    }

    private interface Hook {
        void call(FdHandler handler, Member self, List<Member> box) throws HandlerRefusal;
    }

    private record Asked(FdHandler handler, Member member) {}

    /// @return who agreed, the last first
    private Deque<Asked> askAll(Transition transition, Hook hook, Hook undo) throws Refused {
        List<Member> members = members(transition);
        Deque<Asked> agreed = new ArrayDeque<>();
        for (Member member : members) {
            FdHandler handler = handlers.named(member.compatible()).orElse(null);
            if (handler == null) {
                continue;
            }
            String reason = ask(hook, handler, member, members);
            if (reason != null) {
                undo(transition, undo, agreed);
                throw new Refused.HandlerRefused(transition.box(), member.name(), member.compatible(),
                        reason);
            }
            agreed.push(new Asked(handler, member));
        }
        return agreed;
    }

    private static void undo(Transition transition, Hook undo, Deque<Asked> agreed) {
        List<Member> members = members(transition);
        agreed.forEach(asked -> undo(undo, asked, members));
    }

    /// The reason of a refusal, or null.
    private static String ask(Hook hook, FdHandler handler, Member member, List<Member> members) {
        try {
            hook.call(handler, member, members);
            return null;
        } catch (HandlerRefusal refusal) {
            return refusal.getMessage();
        } catch (RuntimeException | LinkageError fault) {
            LOG.error("handler {} failed", handler.compatible(), fault);
            return String.valueOf(fault.getMessage());
        }
    }

    private static void undo(Hook undo, Asked asked, List<Member> members) {
        String reason = ask(undo, asked.handler(), asked.member(), members);
        if (reason != null) {
            LOG.warn("handler {} could not undo: {}", asked.handler().compatible(), reason);
        }
    }

    private static List<Member> members(Transition transition) {
        var members = new ArrayList<Member>();
        for (Entry entry : transition.entries()) {
            if (entry.content() instanceof Content.Held(var fd, var kind)) {
                members.add(new Member(entry.name(), kind.compatible(), fd));
            }
        }
        return List.copyOf(members);
    }
}
