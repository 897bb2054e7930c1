/// Everything that this daemon holds, on its way to another process, while its clients wait for a moment and notice nothing.
package org.fdbox.daemon.succession;
