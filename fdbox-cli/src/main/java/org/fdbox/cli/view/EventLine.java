package org.fdbox.cli.view;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.fdbox.cli.text.Columns;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.text.Quantity;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Reply;

/// An event as a line, in columns that line up with those of the lines before and after it: when it was seen, what, who, where.
public final class EventLine {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final int EVENT = Happening.HANDOVER_PLANNED.word().length();
    private static final int USER = 8;
    private static final String NONE = "-";

    private final Accounts accounts;

    public EventLine(Accounts accounts) {
        this.accounts = accounts;
    }

    /// @param seenMillis CLOCK_REALTIME, shown in the time zone of this process
    /// @return printable, without an end of line
    public String of(Reply.Happened event, long seenMillis) {
        String who = event.uid().isPresent() ? accounts.user(event.uid().getAsInt()) : NONE;
        String line = time(seenMillis) + "  " + padded(event.event(), EVENT) + "  " + padded(who, USER) + "  "
                + what(event);
        return line.stripTrailing();
    }

    private static String what(Reply.Happened event) {
        if (event.missed().isPresent()) {
            return Quantity.count(event.missed().getAsLong(), "event", "events");
        }
        if (event.deadlineUSec().isPresent()) {
            return "at " + time(TimeUnit.MICROSECONDS.toMillis(event.deadlineUSec().getAsLong()));
        }
        return Printable.text(event.box().orElse("") + event.name().map(name -> "/" + name).orElse(""));
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
    }

    private static String padded(String text, int width) {
        String printable = Printable.text(text);
        return printable + " ".repeat(Math.max(0, width - Columns.of(printable)));
    }
}
