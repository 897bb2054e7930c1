/// One daemon follows another while clients are connected: everything moves, nobody notices, and whoever dies meanwhile takes nothing
/// with it.
package org.fdbox.test.succession;
