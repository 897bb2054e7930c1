/// What survives a crash under a service manager that keeps descriptors: with one of the tests' own, and with systemd.
package org.fdbox.test.survival;
