package org.fdbox.daemon.handover;

import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the handler of a kind to make again what was saved. One object a recovery; not thread-safe.
final class Remake {

    private static final Logger LOG = LoggerFactory.getLogger(Remake.class);

    private final HandlerRegistry handlers;
    private final Patience patience;

    Remake(HandlerRegistry handlers) {
        this(handlers, Patience.ofRecovery());
    }

    Remake(HandlerRegistry handlers, Patience patience) {
        this.handlers = handlers;
        this.patience = patience;
    }

    /// What its handler makes of an entry's node, or why it makes nothing.
    Content of(String box, Map<String, Object> node, EntryRestoration restoration) {
        String compatible = String.valueOf(EntryNode.text(node, EntryNode.COMPATIBLE));
        Optional<String> nobody = Provenance.fault(node);
        if (nobody.isPresent()) {
            return new Content.Pending(compatible, nobody.get(), node);
        }
        FdHandler handler = handlers.named(compatible).orElse(null);
        if (!(handler instanceof PreservingHandler preserving)) {
            return new Content.Pending(compatible, handlers.absence(compatible), node);
        }
        try {
            var properties = new Properties(Manifest.node(node.get(EntryNode.PROPERTIES)));
            // First, since a plugin may fail at any of these, and nobody would close what it had made.
            var survival = Survival.valueOf(handler.survival().name());
            var kind = new Content.Kind(compatible, handler.kind(), survival, null, handler.mayBlock());
            return new Content.Held(restored(preserving, properties, restoration), kind);
        } catch (HandlerRefusal refused) {
            return new Content.Pending(compatible, refused.getMessage(), node);
        } catch (RuntimeException | LinkageError fault) {
            LOG.error("handler {} failed to restore an entry of box {}", compatible, box, fault);
            return new Content.Pending(compatible, String.valueOf(fault.getMessage()), node);
        }
    }

    private OwnedFd restored(PreservingHandler handler, Properties properties, EntryRestoration restoration)
            throws HandlerRefusal {
        if (!handler.mayBlock()) {
            return handler.restore(properties, restoration);
        }
        int uid = restoration.putter().uid();
        Patience.Account account = patience.account(uid, true);
        account.requireTrying();
        var attempt = new Attempt<OwnedFd>(
                itself -> handler.restore(properties, new WaitedRestoration(itself, restoration)),
                OwnedFd::close);
        return patience.await(() -> account, attempt, () -> {});
    }
}
