package org.fdbox.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;

/// What the daemon needs of the kernel, tried out in this process.
final class KernelChecks {

    private static final Path MEMFD_POLICY = Path.of("/proc/sys/vm/memfd_noexec");
    private static final String ADDS_SEAL = "1";

    private KernelChecks() {}

    static List<Finding> all() {
        return List.of(memfd(), identity(), reopening(), liveUpdate(Path.of(LiveUpdate.DEVICE)));
    }

    private static Finding memfd() {
        try (OwnedFd memfd = Memfd.create("fdbox-doctor")) {
            Memfd.addSeals(memfd, List.of("shrink", "grow", "write"));
            return policy().equals(ADDS_SEAL)
                    ? Finding.note("Linux " + System.getProperty("os.version")
                            + " makes memfds with the seal \"exec\" here (vm.memfd_noexec=1), restored ones too")
                    : Finding
                            .ok("Linux " + System.getProperty("os.version") + " makes memfds and seals them");
        } catch (SystemCallException failed) {
            return Finding.fault("memfds cannot be made or sealed here: " + failed.getMessage()
                    + "; see the sysctl vm.memfd_noexec, or the sandbox around this shell");
        }
    }

    private static String policy() {
        try {
            return Files.readString(MEMFD_POLICY).strip();
        } catch (IOException oldKernel) {
            return "";
        }
    }

    private static Finding identity() {
        try (OwnedFd one = Memfd.create("fdbox-doctor");
                OwnedFd same = one.dup()) {
            return SameDescription.aliases(List.of(one, same)).isEmpty()
                    ? Finding.fault("the kernel says that two names of one open file are two files")
                    : Finding.ok("two names of one open file are recognised (kcmp or F_DUPFD_QUERY)");
        } catch (SystemCallException failed) {
            return Finding.fault("two names of one open file cannot be recognised: " + failed.getMessage()
                    + "; allow kcmp(2) in the sandbox, or use Linux 6.10 or later");
        }
    }

    private static Finding reopening() {
        try (OwnedFd memfd = Memfd.create("fdbox-doctor");
                OwnedFd _ = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
            return Finding.ok("open files can be opened anew through /proc/self/fd");
        } catch (SystemCallException failed) {
            return Finding.fault(
                    "open files cannot be opened anew: " + failed.getMessage() + "; is /proc mounted?");
        }
    }

    /// Only one process may have the device open, so it is not tried: the daemon could need it just now.
    static Finding liveUpdate(Path device) {
        if (!Files.exists(device)) {
            return Finding.note("no " + device
                    + ": this kernel carries nothing over a kexec, so memory goes through files;"
                    + " that takes Linux 6.19 or later, started with kho=on liveupdate=on");
        }
        return Files.isReadable(device) && Files.isWritable(device)
                ? Finding.ok(device + " can be opened: a daemon of uid " + ThisProcess.uid()
                        + " has memory carried over a kexec by the kernel, unless its luo is \"off\"")
                : Finding.note(device + " is there, and uid " + ThisProcess.uid()
                        + " may not open it: a daemon of this user has memory go over a kexec through files");
    }
}
