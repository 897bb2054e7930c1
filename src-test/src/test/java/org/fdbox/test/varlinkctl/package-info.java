/// The daemon with the client that systemd brings.
package org.fdbox.test.varlinkctl;
