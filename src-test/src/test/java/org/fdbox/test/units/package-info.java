/// The unit files that come with fdboxd, as they are, under a real systemd and its user manager.
package org.fdbox.test.units;
