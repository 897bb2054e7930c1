package org.fdbox.cli.text;

import java.util.Locale;
import java.util.function.LongSupplier;

/// One line on a terminal that tells how far long work has come, how fast it is and how long it will still take.
public final class ProgressBar {

    private static final int CELLS = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final long MOST_SECONDS = 100 * 3600;

    private final Console console;
    private final String label;
    private final LongSupplier nanoTime;
    private final long start;

    /// @param label what is being done
    public ProgressBar(Console console, String label, LongSupplier nanoTime) {
        this.console = console;
        this.label = label;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /// Shows where the work stands, on a terminal only.
    public void show(long bytesDone, long bytesTotal) {
        if (console.drawsOnErrors()) {
            console.draw(CLEAR_LINE + line(label, bytesDone, bytesTotal, seconds()));
        }
    }

    /// Takes the line away.
    public void clear() {
        if (console.drawsOnErrors()) {
            console.draw(CLEAR_LINE);
        }
    }

    /// How long the work has taken so far.
    public double seconds() {
        return (nanoTime.getAsLong() - start) / 1e9;
    }

    static String line(String label, long done, long total, double seconds) {
        if (total <= 0) {
            return label + " ...";
        }
        double part = Math.clamp((double) done / total, 0, 1);
        int full = (int) (part * CELLS);
        String head = full == CELLS ? "" : ">";
        String bar = "=".repeat(full) + head + " ".repeat(CELLS - full - head.length());
        var line = new StringBuilder(label);
        line.append(String.format(Locale.ROOT, " [%s] %3d%%  ", bar, (int) (part * 100)));
        line.append(Quantity.bytes(done)).append(" of ").append(Quantity.bytes(total));
        double rate = seconds > 0 ? done / seconds : 0;
        if (rate >= 1) {
            line.append("  ").append(Quantity.bytes((long) rate)).append("/s");
            double left = (total - done) / rate;
            if (left < MOST_SECONDS && done < total) {
                line.append("  ").append(Quantity.wholeSeconds((long) Math.ceil(left))).append(" left");
            }
        }
        return line.toString();
    }
}
