package org.fdbox.cli.doctor;

import org.fdbox.sys.ThisProcess;

/// The Java runtime and the limits that this command runs with.
final class ProcessChecks {

    /// One message's worth of descriptors, sent and kept, and what the runtime has open itself.
    private static final int ENOUGH = 1024;

    private ProcessChecks() {}

    static Finding java() {
        return Finding.ok("Java " + Runtime.version() + " in " + System.getProperty("java.home"));
    }

    static Finding descriptorLimit() {
        int limit = ThisProcess.descriptorLimit();
        return limit >= ENOUGH
                ? Finding.ok("this shell may have " + limit + " descriptors open")
                : Finding.note("this shell may have only " + limit
                        + " descriptors open, too few to take many entries at once; 'ulimit -n " + ENOUGH
                        + "' helps");
    }
}
