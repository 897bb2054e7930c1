package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

import org.fdbox.sys.OwnedFd;

/// What a save has written so far, so that no open file and no contents are written twice. What a box adds counts for other boxes
/// once the box is [#keep]t.
final class Written {

    private final Map<OwnedFd, String> descriptions = new IdentityHashMap<>();
    private final Map<Inode, String> inodes = new HashMap<>();
    private final Map<OwnedFd, String> descriptionsHere = new IdentityHashMap<>();
    private final Map<Inode, String> inodesHere = new HashMap<>();
    private String box;

    /// What follows belongs to this box.
    void begin(String name) {
        box = name;
        descriptionsHere.clear();
        inodesHere.clear();
    }

    /// The box is saved.
    void keep() {
        descriptionsHere.forEach((fd, entry) -> descriptions.put(fd, box + "/" + entry));
        inodesHere.forEach((inode, entry) -> inodes.put(inode, box + "/" + entry));
    }

    /// The entry that is the same open file description: "entry" in this box, or "box/entry".
    Optional<String> sameAs(OwnedFd description) {
        String here = descriptionsHere.get(description);
        return Optional.ofNullable(here != null ? here : descriptions.get(description));
    }

    void add(OwnedFd description, String entry) {
        descriptionsHere.put(description, entry);
    }

    /// The entry whose payload is the contents of this inode.
    Optional<String> sharedWith(Inode inode) {
        String here = inodesHere.get(inode);
        return Optional.ofNullable(here != null ? here : inodes.get(inode));
    }

    void add(Inode inode, String entry) {
        inodesHere.put(inode, entry);
    }
}
