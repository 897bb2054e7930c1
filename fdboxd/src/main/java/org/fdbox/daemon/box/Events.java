package org.fdbox.daemon.box;

/// Is told what changes in the boxes, in the order of the changes. Two steps, because telling anybody takes a system call:
/// events are noted under the lock, and delivered after it by whoever had it.
public interface Events {

    /// Nobody watches.
    Events NONE = new Events() {
        @Override
        public boolean wanted() {
            return false;
        }

        @Override
        public void note(Event event) {
            throw new IllegalStateException("nobody wanted " + event);
        }

        @Override
        public void deliver() {
            // There is nothing.
        }
    };

    /// Whether anybody watches. Asked at every change, so it costs nothing.
    boolean wanted();

    /// Under the store's lock: remembers, and no more.
    void note(Event event);

    /// Without the lock: tells whoever watches of all that was noted.
    void deliver();
}
