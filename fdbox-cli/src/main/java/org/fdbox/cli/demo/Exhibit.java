package org.fdbox.cli.demo;

import org.fdbox.sys.OwnedFd;

/// One open file of the demonstration.
interface Exhibit {

    /// Its name in the box.
    String name();

    /// Its kind, for people.
    String kind();

    /// What [#compare] looks at, for people.
    String checked();

    /// Opens it, in a state that a new one would not have.
    ///
    /// @return owned by the caller
    OwnedFd open();

    /// Compares what came back with what [#open] made.
    ///
    /// @param back stays the caller's
    /// @throws Different at the first difference
    /// @throws org.fdbox.sys.SystemCallException if it cannot be looked at
    void compare(OwnedFd back) throws Different;

    /// Something did not come back as it was; the message says what.
    final class Different extends Exception {
        private static final long serialVersionUID = 1L;

        Different(String message) {
            super(message);
        }

        /// @param what for people, for example "the position"
        static void unlessEqual(String what, Object was, Object is) throws Different {
            if (!was.equals(is)) {
                throw new Different(what + " was " + was + " and is " + is);
            }
        }
    }
}
