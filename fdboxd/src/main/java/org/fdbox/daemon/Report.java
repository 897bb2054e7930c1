package org.fdbox.daemon;

import java.util.List;
import org.fdbox.protocol.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the log says of what came back.
final class Report {

    private static final Logger LOG = LoggerFactory.getLogger(Report.class);

    /// Of one kind: more would drown the rest.
    private static final int MOST_LINES = 1000;

    private Report() {}

    static void of(Reply.HandoverStatus status) {
        if (status.recoveredBoxes() > 0) {
            LOG.info("recovered boxes={} entries={} generation={}",
                    status.recoveredBoxes(), status.recoveredEntries(), status.generation());
        }
        lines("pending", status.pending());
        lines("lost", status.lost());
    }

    private static void lines(String what, List<Reply.Left> all) {
        all.stream().limit(MOST_LINES).forEach(left -> LOG.warn("{} {}", what, line(left)));
        if (all.size() > MOST_LINES) {
            LOG.warn("{} are {} more; 'fdbox status' shows all", what, all.size() - MOST_LINES);
        }
    }

    static String line(Reply.Left left) {
        return "box=" + left.box() + left.name().map(name -> " entry=" + name).orElse("")
                + left.compatible().map(kind -> " kind=" + kind).orElse("") + ": " + left.reason();
    }
}
