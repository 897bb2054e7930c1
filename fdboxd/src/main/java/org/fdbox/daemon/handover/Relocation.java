package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Takes a node to another directory: the payloads that it names are copied there, under names of that save. One object a node.
final class Relocation {

    private final PayloadFolder home;
    private final PayloadFolder target;
    private final Supplier<String> fresh;
    private final boolean everywhere;
    private final Map<String, String> moved = new HashMap<>();

    /// @param fresh names that nothing in the target has
    /// @param everywhere whether properties may name payloads too: so for what this version does not understand
    Relocation(PayloadFolder home, PayloadFolder target, Supplier<String> fresh, boolean everywhere) {
        this.home = home;
        this.target = target;
        this.fresh = fresh;
        this.everywhere = everywhere;
    }

    /// The node as it is there.
    ///
    /// @throws HandlerRefusal if contents cannot be copied; those that are missing here are missing there too
    Map<String, Object> of(Map<String, Object> node) throws HandlerRefusal {
        var there = new LinkedHashMap<String, Object>();
        for (Map.Entry<String, Object> field : node.entrySet()) {
            boolean plain = !everywhere && field.getKey().equals(EntryNode.PROPERTIES);
            there.put(field.getKey(), plain ? field.getValue() : value(field.getValue()));
        }
        return there;
    }

    private Object value(Object value) throws HandlerRefusal {
        return switch (value) {
            case String name when PayloadFolder.isPayload(name) -> payload(name);
            case Map<?, ?> _ -> of(Manifest.node(value));
            case List<?> list -> {
                var there = new ArrayList<>();
                for (Object element : list) {
                    there.add(value(element));
                }
                yield there;
            }
            case null, default -> value;
        };
    }

    private String payload(String name) throws HandlerRefusal {
        String known = moved.get(name);
        if (known != null) {
            return known;
        }
        String there = fresh.get();
        moved.put(name, there);
        if (home.has(name)) {
            copy(name, there);
        }
        return there;
    }

    private void copy(String name, String there) throws HandlerRefusal {
        try (OwnedFd from = home.open(name); OwnedFd to = target.create(there)) {
            long size = Stat.of(from).size();
            OpenFile.truncate(to, size);
            SparseCopy.copy(from, to, Contents.dataExtents(from, size), _ -> {});
            target.makeDurable(to);
        } catch (IOException | SystemCallException failed) {
            throw new HandlerRefusal("its saved contents cannot be copied: " + FileTrouble.of(failed),
                    failed);
        } catch (IllegalArgumentException failed) {
            throw new HandlerRefusal("its saved contents cannot be copied: " + failed.getMessage(), failed);
        }
    }
}
