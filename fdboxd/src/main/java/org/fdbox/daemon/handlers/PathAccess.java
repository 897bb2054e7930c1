package org.fdbox.daemon.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Properties;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.ThisProcess;

/// Who may connect to a Unix socket by its path: permission bits, owner and group of the file there.
///
/// @param owner -1 where it was saved by a version that did not tell, and so is its group
record PathAccess(int mode, int owner, int group) {

    private static final String MODE = "mode";
    private static final String OWNER = "owner";
    private static final String GROUP = "group";
    private static final int UNTOLD = -1;
    private static final int SETGID = 02000;

    static PathAccess of(Stat file) {
        return new PathAccess(file.permissions(), file.uid(), file.gid());
    }

    /// Why its putter could not make a new file so; empty if that is sure. A user's own daemon is sure of the groups that new files get alone,
    /// since a service may be forbidden to give files away.
    Optional<String> obstacle(PeerCredentials putter, Stat folder) {
        if (putter.uid() == 0) {
            return Optional.empty();
        }
        boolean inherited = (folder.permissions() & SETGID) != 0;
        int given = inherited ? folder.gid() : ThisProcess.gid();
        boolean ofGroup = ThisProcess.uid() == putter.uid()
                ? group == given
                : putter.inGroup(group) || inherited && group == folder.gid();
        return owner == putter.uid() && ofGroup
                ? Optional.empty()
                : Optional.of(
                        "its path belongs to " + whom() + ", and its putter might not give it to them again");
    }

    private String whom() {
        return "uid " + Integer.toUnsignedString(owner) + " and gid " + Integer.toUnsignedString(group);
    }

    Map<String, Object> preserve() {
        return Map.of(MODE, "%04o".formatted(mode), OWNER, Integer.toUnsignedLong(owner),
                GROUP, Integer.toUnsignedLong(group));
    }

    static PathAccess read(Properties properties) throws HandlerRefusal {
        boolean told = properties.values().containsKey(OWNER);
        return new PathAccess(properties.mode(MODE), told ? properties.id(OWNER) : UNTOLD,
                told ? properties.id(GROUP) : UNTOLD);
    }

    /// Gives a new file the same.
    ///
    /// @param file opened by [org.fdbox.sys.OpenFlags#PATH]; stays the caller's
    /// @throws HandlerRefusal if whose rights this runs with may not give it to that owner or group
    void give(OwnedFd file) throws HandlerRefusal {
        Path path = Path.of(OpenFile.place(file));
        Stat now = Stat.of(file);
        try {
            if (owner != UNTOLD && now.gid() != group) {
                Files.setAttribute(path, "unix:gid", group);
            }
            Files.setPosixFilePermissions(path, permissions());
            if (owner != UNTOLD && now.uid() != owner) {
                Files.setAttribute(path, "unix:uid", owner);
            }
        } catch (IOException refused) {
            throw new HandlerRefusal("its path belonged to " + whom() + " with mode %04o".formatted(mode)
                    + ", and its putter may not make it so: " + refused.getMessage(), refused);
        }
    }

    private Set<PosixFilePermission> permissions() {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighest = PosixFilePermission.values();
        for (int i = 0; i < fromHighest.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                permissions.add(fromHighest[i]);
            }
        }
        return permissions;
    }
}
