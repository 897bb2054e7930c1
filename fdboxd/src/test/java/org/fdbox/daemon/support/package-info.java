/// What the unit tests of the daemon share: descriptors to put, users, handlers that do as they are told,
/// waiting, and a count of the descriptors that each test leaves behind.
package org.fdbox.daemon.support;
