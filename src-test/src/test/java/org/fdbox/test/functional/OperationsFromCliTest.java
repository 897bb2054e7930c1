package org.fdbox.test.functional;

/// The operations from the command line.
class OperationsFromCliTest extends OperationsContract {

    OperationsFromCliTest() {
        super(CliDriver::new);
    }
}
