package org.fdbox.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.sys.UnixAddress;

/// All checks, in the order in which they are told.
public final class Doctor {

    private Doctor() {}

    /// @param address where the daemon should be
    /// @param version of this program
    public static List<Finding> examine(UnixAddress address, String version) {
        var findings = new ArrayList<Finding>();
        findings.add(ProcessChecks.java());
        findings.add(ProcessChecks.descriptorLimit());
        findings.addAll(KernelChecks.all());
        findings.addAll(SocketChecks.all(address));
        findings.addAll(DaemonChecks.all(address, version));
        findings.addAll(CrashChecks.all(address));
        return findings;
    }
}
