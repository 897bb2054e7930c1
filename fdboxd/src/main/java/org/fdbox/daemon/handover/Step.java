package org.fdbox.daemon.handover;

/// The moments of a save, a recovery, or a mark at which the daemon may die without anything getting lost or mixed. A test kills it
/// at each.
public enum Step {
    /// Nothing that is sealed changes any more.
    FROZEN,
    PAYLOAD_CREATED,
    PAYLOAD_WRITTEN,
    PAYLOAD_DURABLE,
    MANIFEST_WRITTEN,
    MANIFEST_DURABLE,
    /// The new manifest is in its place.
    MANIFEST_MOVED,
    HANDOVER_DURABLE,
    /// Marks count for the new handover.
    JOURNAL_FOLLOWED,
    PAYLOADS_SWEPT,
    /// Contents are copied ahead of a save.
    COPY_DURABLE,
    MARK_MADE,
    MARKS_DURABLE,
    MANIFEST_READ,
    ENTRY_RESTORED,
    BOXES_RECOVERED;

    /// Who is told of each step.
    @FunctionalInterface
    public interface Watcher {

        /// For the daemon as users run it.
        Watcher NONE = _ -> {};

        void reached(Step step);
    }
}
