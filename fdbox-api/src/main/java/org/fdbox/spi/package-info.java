/// The contract between the daemon and whoever knows a kind of descriptor.
///
/// **The happy path.** At put, the daemon asks each handler whether it recognises the descriptor; the first that does owns the
/// entry. [org.fdbox.spi.FdHandler#examine] then says how the entry will survive. While its box is sealed or unsealed,
/// each handler may look at the whole box. [org.fdbox.spi.PreservingHandler#prepare] copies contents ahead of that. When the box is saved, [org.fdbox.spi.PreservingHandler#preserve] tells what to
/// write down; after a restart, [org.fdbox.spi.PreservingHandler#restore] makes the descriptor again from that.
///
/// **The unhappy paths.** A handler says no by [org.fdbox.spi.HandlerRefusal], with a reason for people. At put the
/// descriptor is then not stored; at seal or unseal the box stays as it was, and the handlers that had agreed are asked to
/// undo it in reverse order; at save the handler's box is not saved and the others are; at restore the entry stays
/// pending, with all that was saved of it. Any other exception counts as such a refusal and is logged as a fault.
///
/// Handlers are found by [java.util.ServiceLoader] as implementations of [org.fdbox.spi.FdHandler], or several at once in
/// an [org.fdbox.spi.KindTable] of the built-in ones, which also tells the kinds that nobody can hold and why. They are called by
/// several threads at once and keep no state between calls.
package org.fdbox.spi;
