/// Boxes that outlive their daemon: real processes, ended by SIGTERM or SIGKILL, and their successors.
package org.fdbox.test.handover;
