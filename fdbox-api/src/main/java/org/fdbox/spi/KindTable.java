package org.fdbox.spi;

import java.util.List;

/// Several kinds at once, where they differ in data alone. Found by [java.util.ServiceLoader], as single handlers are.
public interface KindTable {

    /// Each of them counts as if it had been found by itself, and can be switched off alone.
    default List<FdHandler> handlers() {
        return List.of();
    }

    /// Asked, in this order, about what no enabled handler recognises.
    default List<UnholdableKind> unholdable() {
        return List.of();
    }
}
