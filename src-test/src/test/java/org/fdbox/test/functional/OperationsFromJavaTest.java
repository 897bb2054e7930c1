package org.fdbox.test.functional;

/// The operations from the Java client.
class OperationsFromJavaTest extends OperationsContract {

    OperationsFromJavaTest() {
        super(JavaDriver::new);
    }
}
