package org.fdbox.daemon.succession;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.daemon.box.Stock;

/// The boxes of this process, while another one gets a copy of them: everything, then what has changed since, as often as one likes.
public final class BoxCopy implements Estate.Copying {

    private final Inventory inventory;
    private final Relay relay;
    private final Kept kept;
    private final Touched touched = new Touched();

    /// What somebody else keeps already.
    @FunctionalInterface
    public interface Kept {

        Kept NOTHING = _ -> Optional.empty();

        /// The name under which an entry is kept; empty if it is not.
        Optional<String> id(Entry entry);
    }

    /// @param relay tells of changes
    public BoxCopy(Inventory inventory, Relay relay, Kept kept) {
        this.inventory = inventory;
        this.relay = relay;
        this.kept = kept;
    }

    @Override
    public void all(Estate.Sink sink) throws Broken {
        try (Stock stock = inventory.look(() -> relay.join(touched))) {
            all(stock, kept, sink);
            sink.flush();
        }
    }

    /// Everything of a stock.
    static void all(Stock stock, Kept kept, Estate.Sink sink) throws Broken {
        for (Stock.Stocked box : stock.boxes()) {
            sink.add(item(box.box()));
            for (Entry entry : box.entries()) {
                sink.add(item(box.box().box(), entry, kept));
            }
        }
    }

    @Override
    public void changes(Estate.Sink sink) throws Broken {
        Map<String, Set<String>> places = touched.take();
        try (Stock stock = inventory.look(places)) {
            Map<String, Stock.Stocked> there = stock.boxes().stream()
                    .collect(Collectors.toMap(stocked -> stocked.box().box(), Function.identity()));
            for (Map.Entry<String, Set<String>> place : places.entrySet()) {
                changes(place.getKey(), place.getValue(), there.get(place.getKey()), sink);
            }
            sink.flush();
        }
    }

    /// @param box as it is now; null if it is not any more
    private void changes(String name, Set<String> entries, Stock.Stocked box, Estate.Sink sink)
            throws Broken {
        if (box == null) {
            sink.add(new Item(Item.BOX_GONE, Map.of(Nodes.BOX, name)));
            return;
        }
        sink.add(item(box.box()));
        Map<String, Entry> there =
                box.entries().stream().collect(Collectors.toMap(Entry::name, Function.identity()));
        for (String entry : entries) {
            sink.add(there.containsKey(entry)
                    ? item(name, there.get(entry), kept)
                    : new Item(Item.ENTRY_GONE, Map.of(Nodes.BOX, name, Nodes.ENTRY, entry)));
        }
    }

    private static Item item(Change.BoxIs box) {
        return new Item(Item.BOX, Nodes.of(box));
    }

    static Item item(String box, Entry entry, Kept kept) {
        Map<String, Object> node = Nodes.of(box, entry);
        kept.id(entry).ifPresent(id -> node.put(ReceivedBoxes.STORED, id));
        return new Item(Item.ENTRY, node, entry.content().descriptor().map(List::of).orElse(List.of()));
    }

    @Override
    public void close() {
        relay.leave(touched);
    }
}
