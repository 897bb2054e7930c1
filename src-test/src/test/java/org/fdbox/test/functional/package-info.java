/// What users rely on, with the packaged programs: operations, configuration, sockets, signals, the service manager.
package org.fdbox.test.functional;
