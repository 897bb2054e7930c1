package org.fdbox.daemon.service;

import org.fdbox.sys.Pipe;

/// How the service manager is asked whether it has dropped anything, which it never says by itself.
final class Probe {

    private static final long PATIENCE_MILLIS = 30_000;

    private Probe() {}

    /// The service manager does not answer.
    static final class Unheard extends Exception {
        private static final long serialVersionUID = 1L;

        Unheard() {
            super("the service manager did not answer a barrier within " + PATIENCE_MILLIS / 1000 + " s");
        }
    }

    /// Whether there was room for one more after all that was sent before; then there was room for that.
    ///
    /// @throws Unheard if the barrier is not answered in time
    static boolean hasRoom(ServiceManager manager) throws Unheard {
        try (Pipe.Ends probe = Pipe.create()) {
            manager.store(Ids.PROBE, probe.write());
            probe.write().close();
            boolean heard = manager.barrier(PATIENCE_MILLIS);
            boolean kept = heard && !manager.isDropped(probe.read(), 0);
            manager.remove(Ids.PROBE);
            if (!heard) {
                throw new Unheard();
            }
            return kept;
        }
    }
}
