package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Namespace;

/// One save on its way into a directory: whole, or not at all.
final class Publication {

    private final StateDirectory target;
    private final Serializer serializer;
    private boolean published;

    /// @param serializer writes payloads to the same directory
    Publication(StateDirectory target, Serializer serializer) {
        this.target = target;
        this.serializer = serializer;
    }

    /// @param now in microseconds since the epoch
    /// @param unknown fields of the manifest before, to be kept
    /// @param turn makes ready what has to happen as soon as the manifest is in its place, and cannot fail then
    Manifest publish(Frozen frozen, long generation, String writtenBy, long now, Map<String, Object> unknown,
            Function<Manifest, Runnable> turn) throws IOException, HandlerRefusal {
        try {
            List<Map<String, Object>> boxes = serializer.serialize(frozen);
            var manifest = new Manifest(generation, writtenBy, now, Namespace.bootId(), boxes,
                    serializer.unknown(unknown));
            Runnable turned = turn.apply(manifest);
            target.publish(manifest.write(), () -> {
                published = true;
                turned.run();
            });
            serializer.keepPayloads();
            return manifest;
        } finally {
            if (!published) {
                serializer.discardPayloads();
            }
        }
    }

    Handover.Outcome outcome() {
        return new Handover.Outcome(target.manifest(), serializer.progressNow(), serializer.leftOut(),
                serializer.failedBoxes());
    }
}
