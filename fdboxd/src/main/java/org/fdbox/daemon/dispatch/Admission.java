package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Reason;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Prospect;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a descriptor may be stored: which handler owns its kind, and what that says of it.
final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final HandlerRegistry handlers;

    private final OwnFiles own;

    /// @param own what belongs to the daemon
    Admission(HandlerRegistry handlers, OwnFiles own) {
        this.handlers = handlers;
        this.own = own;
    }

    /// A descriptor whose kind is known, to be examined by its handler.
    record Candidate(String name, OwnedFd fd, FdFacts facts, FdHandler handler) {}

    /// @param fd stays the caller's
    Candidate recognise(String name, OwnedFd fd) throws Refused.UnsupportedFd {
        var facts = new FdFacts(fd);
        try {
            OwnFiles.Ours ours = own.recognise(fd, facts).orElse(null);
            if (ours != null) {
                throw new Refused.UnsupportedFd(name, ours.kind(), ours.reason());
            }
            FdHandler handler = handlers.recognise(facts).orElse(null);
            if (handler != null) {
                return new Candidate(name, fd, facts, handler);
            }
            throw handlers.unholdable(facts)
                    .map(kind -> new Refused.UnsupportedFd(name, kind.kind(), kind.reason()))
                    .orElseGet(() -> new Refused.UnsupportedFd(
                            name, kind(facts), "no enabled handler accepts this kind"));
        } catch (RuntimeException | LinkageError unanswered) {
            LOG.debug("a descriptor could not be recognised", unanswered);
            throw new Refused.UnsupportedFd(name, "unknown",
                    "it cannot be looked at: " + unanswered.getMessage());
        }
    }

    /// For people, of a kind that nobody knows.
    private static String kind(FdFacts facts) {
        String link = facts.link();
        if (link.startsWith("anon_inode:")) {
            return link.substring("anon_inode:".length()).replaceAll("[\\[\\]]", "");
        }
        return switch (facts.stat().type()) {
            case REGULAR -> "file";
            case DIRECTORY -> "directory";
            case CHARACTER_DEVICE -> "char-device";
            case BLOCK_DEVICE -> "block-device";
            case FIFO -> "fifo";
            case SOCKET -> "socket";
            case SYMBOLIC_LINK -> "symbolic-link";
            case ANONYMOUS -> "anonymous";
        };
    }

    /// May block where the handler says so.
    ///
    /// @return holds the descriptor, taken from the candidate
    Content.Held examine(String box, Candidate candidate, PeerCredentials putter)
            throws Refused.HandlerRefused {
        FdHandler handler = candidate.handler();
        try {
            Prospect prospect = handler.examine(candidate.fd(), candidate.facts(), putter);
            var kind = new Content.Kind(
                    handler.compatible(),
                    handler.kind(),
                    Survival.valueOf(prospect.survival().name()),
                    prospect.reason().map(Reason::shortened).orElse(null),
                    handler.mayBlock());
            return new Content.Held(candidate.fd().take(), kind);
        } catch (HandlerRefusal refusal) {
            throw new Refused.HandlerRefused(box, candidate.name(), handler.compatible(),
                    refusal.getMessage());
        } catch (RuntimeException | LinkageError fault) {
            LOG.error("handler {} failed to examine a descriptor", handler.compatible(), fault);
            throw new Refused.HandlerRefused(
                    box, candidate.name(), handler.compatible(), String.valueOf(fault.getMessage()));
        }
    }
}
