package org.fdbox.daemon.kexec;

import java.util.Map;
import org.fdbox.sys.OwnedFd;

/// Who keeps sessions open from the end of this process to the kexec, and gives them to the next one.
public interface Holder {

    /// Where there is none.
    Holder NOBODY = new Holder() {
        @Override
        public Map<String, OwnedFd> sessions() {
            return Map.of();
        }

        @Override
        public boolean isThere() {
            return false;
        }

        @Override
        public void hold(String name, OwnedFd session) {
            throw new IllegalStateException("there is nobody to hold it");
        }
    };

    /// Sessions that came back, by name.
    ///
    /// @return belong to the caller
    Map<String, OwnedFd> sessions();

    /// Whether it can be given any.
    boolean isThere();

    /// Gives it a session.
    ///
    /// @param session stays the caller's, who closes it next
    /// @throws org.fdbox.sys.SystemCallException if it cannot be told
    void hold(String name, OwnedFd session);
}
