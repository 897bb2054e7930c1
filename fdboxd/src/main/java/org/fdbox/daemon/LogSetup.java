package org.fdbox.daemon;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.fdbox.sys.ThisProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logging to standard error, one event a line: with the time on a terminal, else with the priority that journald understands
/// (sd-daemon(3)), which has the time already. Found by logback as a service; a file of its own would have to be parsed.
public final class LogSetup extends ContextAwareBase implements Configurator {

    private static final int STANDARD_ERROR = 2;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var layout = new Line(ThisProcess.isTerminal(STANDARD_ERROR));
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        // It has a switch of its own.
        context.getLogger("audit").setLevel(Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /// @param level error, warn, info or debug
    static void setLevel(String level) {
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
            root.setLevel(Level.toLevel(level));
        }
    }

    private static final class Line extends LayoutBase<ILoggingEvent> {
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

        private final boolean terminal;

        Line(boolean terminal) {
            this.terminal = terminal;
        }

        @Override
        public String doLayout(ILoggingEvent event) {
            var line = new StringBuilder();
            if (terminal) {
                line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                        .append(' ')
                        .append("%-5s".formatted(event.getLevel()))
                        .append(' ');
            } else {
                line.append('<').append(priority(event.getLevel())).append('>');
            }
            line.append(event.getFormattedMessage());
            KeyValues.append(line, event.getKeyValuePairs());
            for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
                line.append(" | ").append(t.getClassName()).append(": ").append(t.getMessage());
                for (var frame : t.getStackTraceElementProxyArray()) {
                    line.append(" < ").append(frame.getStackTraceElement());
                }
            }
            return line.toString().replaceAll("\\p{Cntrl}", "?") + "\n";
        }

        /// syslog(3).
        private static int priority(Level level) {
            return switch (level.toInt()) {
                case Level.ERROR_INT -> 3;
                case Level.WARN_INT -> 4;
                case Level.INFO_INT -> 6;
                default -> 7;
            };
        }
    }
}
