/// What can be found out from the client's side about whether fdbox works here.
///
/// **The happy path.** Each check looks at one thing and answers with one [org.fdbox.cli.doctor.Finding]: in order, a note
/// that is good to know, or a fault with what to do about it.
///
/// **The unhappy paths.** A check that cannot look says so in a note; nothing that a check meets ends the others.
package org.fdbox.cli.doctor;
