package org.fdbox.cli.text;

import java.util.Locale;

/// Amounts and times as people read them.
public final class Quantity {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Quantity() {}

    /// For example "512 B", "1.5 KiB", "4.0 MiB".
    public static String bytes(long count) {
        double amount = count;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }

    /// How long ago something was, in its largest unit: "5s", "3m", "2h", "9d". What lies ahead is "0s".
    public static String age(long sinceMicros, long nowMicros) {
        long seconds = Math.max(0, (nowMicros - sinceMicros) / 1_000_000);
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /// A duration: "40 ms", "3.2 s", "1 min 20 s", "2 h 5 min".
    public static String duration(double seconds) {
        if (seconds < 1) {
            return Math.round(seconds * 1000) + " ms";
        }
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return wholeSeconds(Math.round(seconds));
    }

    /// A duration where parts of a second do not count: "3 s", "1 min 20 s", "2 h 5 min".
    public static String wholeSeconds(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    /// A number with its noun: "1 entry", "3 entries".
    public static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
