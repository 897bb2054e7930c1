package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Descriptors that are only numbers, each another one: those that were made, and those that were closed.
final class NumberedFds {

    private static final int FIRST = 1000;

    final List<Integer> made = new ArrayList<>();
    final List<Integer> closed = new ArrayList<>();

    List<OwnedFd> make(int count) {
        var descriptors = new ArrayList<OwnedFd>();
        for (int i = 0; i < count; i++) {
            made.add(FIRST + made.size());
            descriptors.add(new OwnedFd(this::call, made.getLast()));
        }
        return descriptors;
    }

    private long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        if (call != SystemCall.CLOSE) {
            throw new AssertionError("a number can only be closed: " + call);
        }
        closed.add((int) a);
        return 0;
    }

    void assertEachClosedOnce() {
        assertThat(closed.stream().sorted().toList()).isEqualTo(made);
    }
}
