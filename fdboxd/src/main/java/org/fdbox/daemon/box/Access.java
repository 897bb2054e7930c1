package org.fdbox.daemon.box;

import org.fdbox.sys.PeerCredentials;

/// Who may do what with a box: an owner, a group and a mode, judged like those of a folder.
///
/// @param owner uid
/// @param group gid
/// @param mode nine permission bits
/// @param given whether root gave it to its owner, who then need not be allowed to create a box of its name
public record Access(int owner, int group, int mode, boolean given) {

    private static final int ANY = 07;

    /// Of a box that is its maker's.
    public Access(int owner, int group, int mode) {
        this(owner, group, mode, false);
    }

    public boolean allows(PeerCredentials who, Right right) {
        if (who.uid() == 0 || owns(who) && right == Right.OWN) {
            return true;
        }
        return (bitsFor(who) & right.bit()) != 0;
    }

    /// Whether this user may know that the box exists.
    boolean visibleTo(PeerCredentials who) {
        return who.uid() == 0 || owns(who) || (bitsFor(who) & ANY) != 0;
    }

    boolean owns(PeerCredentials who) {
        return who.uid() == owner && PeerCredentials.isSomebody(who.uid());
    }

    private int bitsFor(PeerCredentials who) {
        if (owns(who)) {
            return mode >> 6 & ANY;
        }
        if (PeerCredentials.isSomebody(group) && who.inGroup(group)) {
            return mode >> 3 & ANY;
        }
        return mode & ANY;
    }
}
