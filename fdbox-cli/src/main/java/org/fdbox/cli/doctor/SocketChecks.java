package org.fdbox.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;

/// The daemon's socket, as a file: who could put another one in its place.
final class SocketChecks {

    private static final int PERMISSIONS = 07777;
    private static final int OTHERS_WRITE = 022;
    private static final int STICKY = 01000;

    private SocketChecks() {}

    static List<Finding> all(UnixAddress address) {
        if (address.isAbstract()) {
            return List.of(Finding.note(
                    "the address " + address
                            + " is abstract: no file permissions guard it, anybody can take it first"));
        }
        Path socket = Path.of(address.text()).toAbsolutePath();
        var findings = new ArrayList<Finding>();
        try {
            findings.add(folder(socket.getParent()));
            if (Files.exists(socket)) {
                findings.add(socket(socket));
            }
        } catch (IOException | UnsupportedOperationException unreadable) {
            findings.add(Finding.note("the socket's folder cannot be looked at: " + unreadable));
        }
        return findings;
    }

    private static Finding folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Finding.note("the socket's folder " + folder + " is not there");
        }
        int mode = mode(folder);
        int owner = (Integer) Files.getAttribute(folder, "unix:uid");
        String what = "the socket's folder %s (mode %04o, uid %s)"
                .formatted(folder, mode, Integer.toUnsignedString(owner));
        if (owner != 0 && owner != ThisProcess.uid()) {
            return Finding.note(what + " belongs to another user, who can replace the socket");
        }
        if ((mode & OTHERS_WRITE) == 0) {
            return Finding.ok(what + " is its owner's alone to change");
        }
        return (mode & STICKY) != 0
                ? Finding.note(what
                        + " is open to others, who could take the socket's name first; a folder of its own is safer")
                : Finding.fault(what + " can be changed by others, who could replace the socket: chmod go-w "
                        + folder);
    }

    private static Finding socket(Path socket) throws IOException {
        return Finding.ok("the socket %s has mode %04o".formatted(socket, mode(socket)));
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode") & PERMISSIONS;
    }
}
