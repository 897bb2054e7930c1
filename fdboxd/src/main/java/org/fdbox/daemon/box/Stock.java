package org.fdbox.daemon.box;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything that the boxes held at one moment. Its descriptors stay open until this is closed, whatever happens to the boxes.
public final class Stock implements AutoCloseable {

    private final Shelf shelf;
    private final List<Stocked> boxes;
    private boolean closed;

    /// A box as it was.
    ///
    /// @param entries all of them, in the order of the box: also pending ones, and those on their way to a client
    public record Stocked(Change.BoxIs box, List<Entry> entries) {}

    /// Under the lock.
    Stock(Shelf shelf) {
        this(shelf, shelf.boxes().values().stream()
                .map(box -> new Stocked(box.state(), List.copyOf(box.entries())))
                .toList());
    }

    /// Under the lock.
    private Stock(Shelf shelf, List<Stocked> boxes) {
        this.shelf = shelf;
        this.boxes = boxes;
        boxes.forEach(box -> box.entries().forEach(Entry::pin));
    }

    /// A part of it, under the lock.
    static Stock of(Shelf shelf, Map<String, Set<String>> places) {
        var found = new ArrayList<Stocked>();
        places.forEach((name, entries) -> {
            Box box = shelf.boxes().get(name);
            if (box != null) {
                found.add(new Stocked(box.state(), box.entries(entries)));
            }
        });
        return new Stock(shelf, List.copyOf(found));
    }

    /// By name.
    public List<Stocked> boxes() {
        return boxes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            shelf.unpin(boxes.stream().flatMap(box -> box.entries().stream()).toList());
        }
    }
}
