package org.fdbox.daemon.handover;

import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the handlers of a box's entries to copy what would make a save long. One object a call; not thread-safe.
final class Preparer {

    private static final Logger LOG = LoggerFactory.getLogger(Preparer.class);

    private final HandlerRegistry handlers;
    private final Consumer<SaveProgress> progress;
    private final Preparation preparation;
    private long bytesDone;
    private long bytesTotal;
    private int entriesDone;
    private int entriesTotal;

    Preparer(HandlerRegistry handlers, StateDirectory directory, PolicyInForce policy,
            Consumer<SaveProgress> progress) {
        this.handlers = handlers;
        this.progress = progress;
        this.preparation = new Preparation(directory.payloads(), directory.copies(), policy, this::report);
    }

    SaveProgress prepare(Look look) throws Refused {
        entriesTotal = look.entries().size();
        look.entries().forEach(entry -> bytesTotal += SaveProgress.bytesOf(entry));
        for (Entry entry : look.entries()) {
            if (entry.content() instanceof Content.Held(var fd, var kind)
                    && kind.survival() == Survival.CONTENTS
                    && handlers.named(kind.compatible()).orElse(null) instanceof PreservingHandler handler) {
                prepare(look.box().name(), entry, fd, handler);
            }
            entriesDone++;
        }
        return progressNow();
    }

    private void prepare(String box, Entry entry, OwnedFd fd, PreservingHandler handler)
            throws Refused {
        try {
            handler.prepare(fd, preparation.of(fd, entry.putter()));
        } catch (HandlerRefusal refused) {
            if (preparation.exceeded().isPresent()) {
                throw preparation.exceeded().get();
            }
            throw refused(box, entry, handler, refused.getMessage());
        } catch (CancellationException stopped) {
            throw stopped;
        } catch (RuntimeException | LinkageError fault) {
            LOG.error("handler {} failed to prepare an entry of box {}", handler.compatible(), box, fault);
            throw refused(box, entry, handler, String.valueOf(fault.getMessage()));
        }
    }

    private static Refused.HandlerRefused refused(
            String box, Entry entry, PreservingHandler handler, String reason) {
        return new Refused.HandlerRefused(box, entry.name(), handler.compatible(), reason);
    }

    private void report(long bytes) {
        bytesDone = bytes;
        progress.accept(progressNow());
    }

    private SaveProgress progressNow() {
        return new SaveProgress(bytesDone, Math.max(bytesDone, bytesTotal), entriesDone, entriesTotal);
    }
}
