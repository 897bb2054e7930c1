package org.fdbox.daemon.succession;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;

/// The items of a part, as they arrive.
final class Arriving {

    private Arriving() {}

    /// Hands each item on.
    ///
    /// @param frame its descriptors move into the items; what nobody took is closed by the caller
    /// @param manifest of the part
    /// @param items owns the descriptors of what it is given
    static void of(Frame frame, Map<String, Object> manifest, Estate.Sink items) throws Broken {
        if (!Stream.COMPATIBLE.equals(manifest.get("compatible"))
                || !(manifest.get("items") instanceof List<?> nodes)) {
            throw new Broken("a part is not " + Stream.COMPATIBLE + ", which is all that this version reads");
        }
        var left = new ArrayDeque<>(frame.descriptors());
        for (Object node : nodes) {
            items.add(Item.of(object(node), count -> next(left, count)));
        }
        if (!left.isEmpty()) {
            throw new Broken("a part brings " + left.size() + " descriptors that nothing in it names");
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object node) throws Broken {
        if (node instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new Broken("a part has something in it that is no object");
    }

    private static List<OwnedFd> next(ArrayDeque<OwnedFd> left, int count) throws Broken {
        if (count < 0 || count > left.size()) {
            throw new Broken("a part names more descriptors than it brings");
        }
        var taken = new ArrayList<OwnedFd>(count);
        for (int i = 0; i < count; i++) {
            taken.add(left.removeFirst().take());
        }
        return taken;
    }
}
