/// The daemon: reads its options and its configuration, makes the parts by their constructors, and ends them in the reverse
/// order.
///
/// **The happy path.** [org.fdbox.daemon.Main] checks everything that was said on the command line and in the file, whole;
/// [org.fdbox.daemon.Daemon] locks the state directory, recovers, listens, and tells systemd that it is ready. On SIGTERM it
/// gives notice, stops serving, saves the sealed boxes, tells those who watch how it went, and ends with 0.
///
/// **The unhappy paths.** Every fault of the options and the file is listed at once, and nothing is touched. A state directory
/// that cannot be trusted, or an address at which another daemon serves, ends the start with one line that says what to do. A
/// sealed box that could not be saved makes SIGTERM end with a status other than 0.
package org.fdbox.daemon;
