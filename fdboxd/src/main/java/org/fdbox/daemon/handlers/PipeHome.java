package org.fdbox.daemon.handlers;

import org.fdbox.sys.Pipe;
import org.fdbox.sys.Stat;

/// Where pipes without a name live: one internal file system, which tells them from FIFOs.
final class PipeHome {

    /// Both handlers fetch it while they are made: a full daemon could not find out.
    static final Stat.Device DEVICE = find();

    private PipeHome() {}

    private static Stat.Device find() {
        try (Pipe.Ends sample = Pipe.create()) {
            return Stat.of(sample.read()).device();
        }
    }
}
