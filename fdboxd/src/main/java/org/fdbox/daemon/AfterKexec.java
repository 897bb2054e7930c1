package org.fdbox.daemon;

import java.util.Optional;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.protocol.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What came over a kexec in the kernel's hands alone is in this process alone now, which could die; so is what a daemon had saved that
/// way and died, in whose place this one serves. It is saved to files while everybody is served.
final class AfterKexec {

    private static final Logger LOG = LoggerFactory.getLogger(AfterKexec.class);

    private AfterKexec() {}

    static void save(Kexec kexec, Handover handover) {
        if (kexec.owesFiles()) {
            Thread.ofPlatform().name("save").daemon().start(() -> saveNow(handover));
        }
    }

    private static void saveNow(Handover handover) {
        try {
            handover.save(Optional.empty(), _ -> {});
            LOG.info("what the kernel alone had saved is in files now");
        } catch (Refused | RuntimeException failed) {
            LOG.error("what the kernel alone had saved is in no file, and a crash would lose it: {}; save it",
                    failed.getMessage());
        }
    }
}
