package org.fdbox.daemon.succession;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.sys.OwnedFd;

/// One thing that moves. What a version does not know it keeps as it came, with its descriptors, and hands on in turn.
///
/// @param is which kind of thing; [#BOX] and so on
/// @param values of JSON
/// @param descriptors whose they are is for whoever made the item to say
public record Item(String is, Map<String, Object> values, List<OwnedFd> descriptors) {

    // What is known before anybody is stopped
    /// That there is nothing else: a memfd, empty for as long as that is so.
    static final String PLEDGE = "pledge";
    /// Who hands over: its pidfd.
    public static final String PREDECESSOR = "predecessor";
    public static final String STATE_DIRECTORY = "stateDirectory";
    public static final String SOCKET = "socket";
    public static final String HANDOVER = "handover";
    public static final String SURVIVAL = "survival";
    /// What the kernel carries over a kexec; only where there is something.
    public static final String KEXEC = "kexec";

    // The boxes
    public static final String STORE = "store";
    public static final String BOX = "box";
    public static final String BOX_GONE = "boxGone";
    public static final String ENTRY = "entry";
    public static final String ENTRY_GONE = "entryGone";

    // A spare's
    /// A descriptor whose entry nobody can see yet.
    static final String KEPT = "kept";
    static final String RELEASED = "released";
    /// All that was held is there.
    static final String COMPLETE = "complete";
    /// Somebody else is about to be the daemon.
    static final String OVER = "over";

    // The clients
    static final String CLIENT = "client";
    static final String INPUT = "input";
    static final String UNFINISHED = "unfinished";
    static final String OUTPUT = "output";
    static final String LEASE = "lease";

    static final String IS = "is";
    private static final String DESCRIPTORS = "fds";

    public Item(String is, Map<String, Object> values) {
        this(is, values, List.of());
    }

    /// As a part of the stream has it.
    Map<String, Object> node() {
        var node = new LinkedHashMap<String, Object>();
        node.put(IS, is);
        if (!descriptors.isEmpty()) {
            node.put(DESCRIPTORS, (long) descriptors.size());
        }
        node.putAll(values);
        return node;
    }

    /// Of a node of a part.
    ///
    /// @param next takes the descriptors that belong to it, as many as it says
    static Item of(Map<String, Object> node, Descriptors next) throws Broken {
        if (!(node.get(IS) instanceof String is)) {
            throw new Broken("a part has something in it that does not say what it is");
        }
        var values = new LinkedHashMap<>(node);
        values.remove(IS);
        int count = values.remove(DESCRIPTORS) instanceof Long number ? Math.toIntExact(number) : 0;
        return new Item(is, values, next.take(count));
    }

    /// The descriptors of a part, in their order.
    interface Descriptors {
        /// @return owned by the caller
        List<OwnedFd> take(int count) throws Broken;
    }
}
