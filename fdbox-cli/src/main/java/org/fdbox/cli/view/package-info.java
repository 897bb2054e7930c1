/// What the daemon tells, as tables for people.
///
/// **The happy path.** A reply's records go in, a [org.fdbox.cli.text.Table] comes out.
///
/// **The unhappy paths.** A handler from elsewhere may tell properties of any shape; what
/// [org.fdbox.cli.view.Detail] does not recognise, it leaves out. A user that this machine's files do not know is shown
/// by number.
package org.fdbox.cli.view;
