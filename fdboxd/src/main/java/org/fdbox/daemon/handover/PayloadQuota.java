package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.PeerCredentials;

/// How much the payloads of a handover take, for each user that put what is in them, held against the policy. Contents that
/// several entries share count once, for the first. One object a save; not thread-safe.
///
/// What the directory has of a box from an earlier save counts from the beginning, since it stays if the box cannot be saved; when
/// the box is written anew, it makes room.
final class PayloadQuota {

    private final PolicyInForce policy;
    private final Map<Integer, Long> byUid = new HashMap<>();
    private final Map<String, Map<Integer, Long>> before = new HashMap<>();
    /// What the box that is being written has changed.
    private final Map<Integer, Long> changes = new HashMap<>();
    /// Of that box.
    private final Set<String> kept = new HashSet<>();

    PayloadQuota(PolicyInForce policy) {
        this.policy = policy;
    }

    /// Counts what the directory has of boxes that will be written.
    void reserve(Frozen frozen, Earlier earlier) {
        var files = new HashSet<String>();
        Stream<String> looks = Stream.concat(frozen.sealed().stream(), frozen.pendingOnly().stream())
                .map((Look look) -> look.box().name());
        Stream.concat(looks, frozen.unsettled().stream())
                .forEach(name -> earlier.box(name).ifPresent(box -> before.put(name, reserve(box, files))));
    }

    private Map<Integer, Long> reserve(Map<String, Object> box, Set<String> files) {
        var ofBox = new HashMap<Integer, Long>();
        for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
            String file = EntryNode.payloadFile(node);
            if (file != null && files.add(file)) {
                ofBox.merge(Provenance.putter(node).uid(), bytes(node), Long::sum);
            }
        }
        ofBox.forEach((uid, bytes) -> byUid.merge(uid, bytes, Long::sum));
        return ofBox;
    }

    /// A box is written anew.
    void begin(String box) {
        changes.clear();
        kept.clear();
        before.getOrDefault(box, Map.of()).forEach((uid, bytes) -> add(uid, -bytes));
    }

    /// The box could not be written: all is as it was before it began.
    void undo() {
        changes.forEach((uid, bytes) -> byUid.merge(uid, -bytes, Long::sum));
        changes.clear();
    }

    /// Counts contents that are about to be written.
    ///
    /// @throws HandlerRefusal if they would be too much; nothing is counted then
    void charge(PeerCredentials putter, long bytes) throws HandlerRefusal {
        long most = policy.limitsFor(putter).payloadBytes();
        long wanted = byUid.getOrDefault(putter.uid(), 0L) + bytes;
        if (wanted > most) {
            throw new HandlerRefusal("the contents saved for uid " + Integer.toUnsignedString(putter.uid())
                    + " would take " + wanted + " bytes, and the policy (payloadBytes) allows " + most);
        }
        add(putter.uid(), bytes);
    }

    /// Counts contents that were saved before, and are kept whatever the policy.
    void keep(Map<String, Object> node) {
        String file = EntryNode.payloadFile(node);
        if (file != null && kept.add(file)) {
            add(Provenance.putter(node).uid(), bytes(node));
        }
    }

    private void add(int uid, long bytes) {
        byUid.merge(uid, bytes, Long::sum);
        changes.merge(uid, bytes, Long::sum);
    }

    /// Of the data, without holes.
    private static long bytes(Map<String, Object> node) {
        Object extents = Manifest.node(node.get(EntryNode.PAYLOAD)).get("extents");
        return extents instanceof List<?> list ? list.stream().mapToLong(PayloadQuota::length).sum() : 0;
    }

    private static long length(Object extent) {
        return extent instanceof List<?> pair && pair.size() == 2 && pair.get(1) instanceof Long length
                ? length
                : 0;
    }
}
