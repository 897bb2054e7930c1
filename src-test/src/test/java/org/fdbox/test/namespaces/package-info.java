/// Clients and daemons in user, mount, pid and network namespaces, and in a container, with real processes.
package org.fdbox.test.namespaces;
