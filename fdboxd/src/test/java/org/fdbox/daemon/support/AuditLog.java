package org.fdbox.daemon.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/// What the audit tells while this is open, which nobody else sees then.
public final class AuditLog implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("audit");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    public AuditLog() {
        appender.start();
        logger.setAdditive(false);
        logger.addAppender(appender);
    }

    /// The keys and values of each event.
    public List<String> all() {
        // Others may append meanwhile.
        synchronized (appender) {
            return appender.list.stream().map(AuditLog::text).toList();
        }
    }

    private static String text(ILoggingEvent event) {
        return event.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value)
                .collect(Collectors.joining(" "));
    }

    /// The only event, which is forgotten then.
    ///
    /// @param who it begins with
    /// @return the rest of it
    public String takeOne(String who) {
        assertThat(all()).singleElement().asString().startsWith(who + " ");
        String rest = all().getFirst().substring(who.length() + 1);
        clear();
        return rest;
    }

    public void clear() {
        synchronized (appender) {
            appender.list.clear();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
    }
}
