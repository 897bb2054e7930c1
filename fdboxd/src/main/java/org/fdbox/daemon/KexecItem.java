package org.fdbox.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.kexec.Kept;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.daemon.succession.Item;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;

/// What the kernel carries over a kexec, on its way to a successor.
final class KexecItem {

    private static final String SESSIONS = "sessions";
    private static final String FILES = "files";
    private static final String BOXES = "boxes";
    private static final String OWES_FILES = "owesFiles";
    private static final String BOX = "box";
    private static final String ENTRY = "entry";
    private static final String SESSION = "session";
    private static final String TOKEN = "token";

    private KexecItem() {}

    /// @param kept its descriptors stay whose they are
    static Item of(Kept kept) {
        var node = new LinkedHashMap<String, Object>();
        node.put(SESSIONS, kept.sessions());
        node.put(FILES, kept.files().stream().map(KexecItem::node).toList());
        node.put(BOXES, List.copyOf(new TreeSet<>(kept.boxes())));
        node.put(OWES_FILES, kept.owesFiles());
        return new Item(Item.KEXEC, node, kept.descriptors());
    }

    private static Map<String, Object> node(Kept.File file) {
        return Map.of(BOX, file.box(), ENTRY, file.entry(), SESSION, file.place().session(), TOKEN,
                file.place().token());
    }

    /// What [#of(Kept)] was made of.
    ///
    /// @param item its descriptors are those of what is returned
    /// @throws Malformed if it makes no sense
    static Kept kept(Item item) throws Malformed {
        Map<String, Object> node = item.values();
        try {
            var files = new ArrayList<Kept.File>();
            for (Object one : (List<?>) node.get(FILES)) {
                var file = (Map<?, ?>) one;
                files.add(new Kept.File((String) file.get(BOX), (String) file.get(ENTRY),
                        new Place((String) file.get(SESSION), (Long) file.get(TOKEN))));
            }
            List<String> sessions = texts(node.get(SESSIONS));
            if (sessions.size() != item.descriptors().size()) {
                throw new Malformed("each session of a kexec has one descriptor");
            }
            return new Kept(sessions, item.descriptors(), files, new TreeSet<>(texts(node.get(BOXES))),
                    (Boolean) node.get(OWES_FILES));
        } catch (ClassCastException | NullPointerException inconsistent) {
            throw new Malformed("this says nothing of a kexec: " + node + ": " + inconsistent);
        }
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(text -> (String) text).toList();
    }

    /// Goes on keeping it, for what is in the boxes now.
    ///
    /// @param item belongs to this
    static void succeed(Item item, Kexec kexec, Parts parts) throws Malformed {
        boolean kept = false;
        try (Stock stock = parts.boxes().inventory().look(() -> {})) {
            var held = new HashMap<List<String>, OwnedFd>();
            stock.boxes().forEach(box -> box.entries().forEach(entry -> entry.content().descriptor()
                    .ifPresent(fd -> held.put(List.of(box.box().box(), entry.name()), fd))));
            kexec.succeed(kept(item), (box, entry) -> held.get(List.of(box, entry)));
            kept = true;
        } finally {
            if (!kept) {
                item.descriptors().forEach(OwnedFd::close);
            }
        }
    }
}
