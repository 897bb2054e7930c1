/// The kinds of descriptor that fdboxd knows by itself, one file a kind, each opening with what it preserves and what not.
/// They use what a handler from elsewhere could use, and are found in the same way.
package org.fdbox.daemon.handlers;
