package org.fdbox.daemon.succession;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.sys.OwnedFd;

/// Items that are neither of boxes nor of clients, until somebody takes them.
public final class OtherItems implements AutoCloseable {

    private final List<Item> items = new ArrayList<>();

    /// @param item its descriptors belong to this from now on
    void add(Item item) {
        items.add(item);
    }

    /// The items of a kind, which are the caller's from now on.
    public List<Item> take(String is) {
        List<Item> taken = items.stream().filter(item -> item.is().equals(is)).toList();
        items.removeAll(taken);
        return taken;
    }

    /// The only item of a kind, which is the caller's from now on.
    ///
    /// @throws Broken if it is not there, or more than once
    public Item takeOne(String is) throws Broken {
        List<Item> found = items.stream().filter(item -> item.is().equals(is)).toList();
        if (found.size() != 1) {
            throw new Broken(
                    "the other daemon sent " + found.size() + " times \"" + is + "\", and once is needed");
        }
        items.remove(found.getFirst());
        return found.getFirst();
    }

    /// The only descriptor of the only item of a kind, which is the caller's from now on.
    ///
    /// @throws Broken if it is not there, or more than one
    public OwnedFd takeDescriptor(String is) throws Broken {
        Item item = takeOne(is);
        if (item.descriptors().size() != 1) {
            item.descriptors().forEach(OwnedFd::close);
            throw new Broken("the other daemon sent " + item.descriptors().size() + " descriptors as \"" + is
                    + "\", and one is needed");
        }
        return item.descriptors().getFirst();
    }

    /// All that nobody took: another version's, to be handed on as it is.
    public List<Item> takeUnknown() {
        List<Item> unknown = List.copyOf(items);
        items.clear();
        return unknown;
    }

    @Override
    public void close() {
        items.forEach(item -> item.descriptors().forEach(OwnedFd::close));
        items.clear();
    }
}
