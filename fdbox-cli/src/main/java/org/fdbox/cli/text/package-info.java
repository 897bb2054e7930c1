/// Text for people: tables that line up, sizes and times, a progress bar, and the guard in front of the terminal.
///
/// **The happy path.** A command fills a [org.fdbox.cli.text.Table] and gives it to the [org.fdbox.cli.text.Console], which
/// writes UTF-8, whatever the locale is.
///
/// **The unhappy paths.** A name, a path or a reason that comes from the daemon was chosen by whoever put the descriptor, and
/// may hold escape sequences that move the cursor, or letters that turn the line around. Every cell of a table goes through
/// [org.fdbox.cli.text.Printable]; who prints such a text without a table calls it. A standard output that cannot be written
/// to is an [java.io.IOException], never a silent end.
package org.fdbox.cli.text;
