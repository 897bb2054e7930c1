/// The demonstration: a daemon of its own is filled, saved, killed and started again, and all that it held is compared.
///
/// **The happy path.** [org.fdbox.cli.demo.Demo] tells the story. A [org.fdbox.cli.demo.Exhibit] makes an open file and knows,
/// when one comes back, by what to recognise it. The [org.fdbox.cli.demo.PrivateDaemon] is the launcher's fdboxd in a
/// temporary folder.
///
/// **The unhappy paths.** What differs after the restart is a line of the table and the exit status, not an exception. A daemon
/// that does not start is told with the last line of its log. Whatever happens, and on Ctrl-C too, the daemon is killed by its
/// pid and the folder is removed.
package org.fdbox.cli.demo;
