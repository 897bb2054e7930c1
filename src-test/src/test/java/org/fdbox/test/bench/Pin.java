package org.fdbox.test.bench;

import java.util.List;

/// Where programs run. On two cores of an idle machine, waking the other one costs more than the work.
enum Pin {
    ONE_CORE,
    ANYWHERE;

    /// A command that runs the rest of its arguments there.
    List<String> wrapper() {
        int last = Runtime.getRuntime().availableProcessors() - 1;
        return this == ONE_CORE ? List.of("taskset", "-c", Integer.toString(last)) : List.of();
    }
}
