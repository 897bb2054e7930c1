/// What the build knows of the shape of the code: docs/architecture.md, read as rules.
package org.fdbox.test.architecture;
