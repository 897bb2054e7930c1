package org.fdbox.daemon.box;

import java.util.List;
import java.util.Optional;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.sys.OwnedFd;

/// Descriptors on their way to a client. Whoever has it tells it how the sending went, once; until then the entries stay
/// in their box, marked, and their descriptors open.
public final class Handout implements Parcel {

    /// What becomes of the entries when they have arrived.
    public enum Purpose {
        /// They leave their box.
        TAKE,
        /// They stay; the client has copies.
        COPY,
        /// They leave their box on Confirm.
        LEASE
    }

    private final Handouts handouts;
    private final Purpose purpose;
    private final int uid;
    private final String box;
    private final List<Entry> entries;
    private final List<EntryInfo> infos;
    private final Lease lease;
    private boolean over;

    Handout(Handouts handouts, Purpose purpose, int uid, String box, List<Entry> entries,
            List<EntryInfo> infos, Lease lease) {
        this.handouts = handouts;
        this.purpose = purpose;
        this.uid = uid;
        this.box = box;
        this.entries = entries;
        this.infos = infos;
        this.lease = lease;
    }

    /// What to send; stays the store's.
    @Override
    public List<OwnedFd> descriptors() {
        return entries.stream().map(entry -> ((Content.Held) entry.content()).fd()).toList();
    }

    public List<EntryInfo> infos() {
        return infos;
    }

    /// The name to confirm, of a lease.
    public Optional<String> leaseId() {
        return Optional.ofNullable(lease).map(Lease::id);
    }

    /// The descriptors were sent: the kernel has duplicates in the client's queue.
    @Override
    public void sent() {
        if (!over) {
            over = true;
            handouts.sent(this);
        }
    }

    /// They were not and will not be: everything is as before.
    @Override
    public void failed() {
        if (!over) {
            over = true;
            handouts.notSent(this);
        }
    }

    Purpose purpose() {
        return purpose;
    }

    int uid() {
        return uid;
    }

    String box() {
        return box;
    }

    List<Entry> entries() {
        return entries;
    }

    Lease lease() {
        return lease;
    }
}
