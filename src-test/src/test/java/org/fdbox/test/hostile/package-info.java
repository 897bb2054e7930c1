/// Clients that mean harm, or are broken: whatever they send, leave out, hold up or use up, the daemon loses no descriptor, and
/// nobody else notices.
package org.fdbox.test.hostile;
