package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The operations from a script in Python with the standard library alone.
class OperationsFromPythonTest extends OperationsContract {

    OperationsFromPythonTest() {
        super(PythonDriver::new);
    }

    @BeforeAll
    static void needsPython() {
        assumeTrue(Shell.has("python3"), "python3 is not installed");
    }

    @Test
    void aDescriptorThatDidNotComeIsMissing() throws Exception {
        client().create("b");
        assertThat(((PythonDriver) client()).putNothing("b", "x")).isEqualTo("error MissingFileDescriptor");
        assertThat(client().list("b")).isEmpty();
    }
}
