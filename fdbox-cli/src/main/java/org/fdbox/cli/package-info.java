/// The command fdbox.
///
/// **The happy path.** [org.fdbox.cli.FdboxCli] finds the command's name among the arguments, asks
/// [org.fdbox.cli.Commands] for it and lets picocli read the rest by the command's own
/// [picocli.CommandLine.Model.CommandSpec]; only that one is ever made, because making them all costs more than the request.
/// A [org.fdbox.cli.Command] gets an [org.fdbox.cli.Invocation], talks to the daemon through
/// [org.fdbox.client.FdBoxClient] and prints through a [org.fdbox.cli.text.Console]. `fdbox get` does not return: it becomes
/// the program it was asked to run, with what it took from the box.
///
/// **The unhappy paths.** Every failure becomes one or two lines on standard error and an exit status, in
/// [org.fdbox.cli.Failure] and nowhere else. What the daemon sends is printed only through
/// [org.fdbox.cli.text.Printable]. Descriptors that `put` names must be the caller's: the Java runtime has some of its own in
/// this process ([org.fdbox.cli.CallersDescriptors]). Entries that `get` has taken and whose program then cannot be run go
/// back into their box ([org.fdbox.cli.Handout]).
package org.fdbox.cli;
