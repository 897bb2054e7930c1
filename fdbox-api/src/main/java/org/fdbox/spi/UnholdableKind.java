package org.fdbox.spi;

import java.util.function.Predicate;
import org.fdbox.sys.FdFacts;

/// A kind that is of no use to anybody but the program that made it, so that nobody can hold it for that program.
///
/// @param kind for people, for example "epoll"
/// @param recognises called on the thread that serves clients: only ask the facts
/// @param reason why not, and what the program should do instead, for people
public record UnholdableKind(String kind, Predicate<FdFacts> recognises, String reason) {}
